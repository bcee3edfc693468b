import { engineNames, groups } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';
import { cannot, whyNot } from './cannot.ts';
import { behaviours } from './catalogue.ts';
import { footfall } from './trackers/footfall.ts';
import { openpanel } from './trackers/openpanel.ts';
import { plausible } from './trackers/plausible.ts';
import type { Tracker } from './trackers/tracker.ts';

/** The part of `docs/conformance.md` that is made. */
export const BEGIN = '<!-- made by e2e/conformance/compare.ts -->';
export const END = '<!-- end of what is made -->';

export const others = [plausible, openpanel] as const;
const trackers: readonly Tracker[] = [footfall, ...others.map(({ tracker }) => tracker)];

/** Whether a tracker keeps to a behaviour; undefined: it was not asked. */
export type Kept = (tracker: Tracker, behaviour: Behaviour) => boolean | undefined;

/** Why a behaviour is not asked of a tracker; undefined: it is. */
export function notAsked({ lacks }: Tracker, { needs = [] }: Behaviour): string | undefined {
  const need = needs.find((one) => lacks[one] !== undefined);
  return need && lacks[need];
}

/** All that is made: the table, and what is not asked of whom. */
export function madePart(kept: Kept): string {
  return [...tables(kept), ...sums(kept), ...reasons(), ...limits()].join('\n');
}

function tables(kept: Kept): string[] {
  return Object.entries(groups).flatMap(([group, title]) => [
    `### ${title}`,
    '',
    `| | ${[...trackers.map(({ name }) => name), ...engineNames.slice(1).map(capital)].join(' | ')} |`,
    `|---|${':-:|'.repeat(trackers.length + engineNames.length - 1)}`,
    ...behaviours.filter((one) => one.group === group).map((one) => row(one, kept)),
    '',
  ]);
}

/** One line of the table. */
export function row(behaviour: Behaviour, kept: Kept): string {
  const cells = trackers.map((tracker) => {
    if (notAsked(tracker, behaviour) !== undefined) return '–';
    return kept(tracker, behaviour) ? 'yes' : 'no';
  });
  const engines = engineNames.slice(1).map((name) => (whyNot(name, behaviour.id) === undefined ? 'yes' : '–'));
  return `| ${behaviour.name.replaceAll('|', '\\|')} | ${[...cells, ...engines].join(' | ')} |`;
}

function sums(kept: Kept): string[] {
  const lines = trackers.map((tracker) => {
    const asked = behaviours.filter((one) => notAsked(tracker, one) === undefined);
    const good = asked.filter((one) => kept(tracker, one));
    return `| ${tracker.name} ${tracker.version} | ${asked.length} | ${good.length} |`;
  });
  return ['### In sum', '', '| | asked | kept to |', '|---|--:|--:|', ...lines, ''];
}

function reasons(): string[] {
  return others.flatMap(({ tracker }) => {
    const byReason = new Map<string, number>();
    for (const one of behaviours) {
      const why = notAsked(tracker, one);
      if (why !== undefined) byReason.set(why, (byReason.get(why) ?? 0) + 1);
    }
    const lines = [...byReason].map(([why, count]) => `- ${why} (${count})`);
    return [`### Not asked of ${tracker.name}, and why`, '', ...lines, ''];
  });
}

function limits(): string[] {
  const names = new Map(behaviours.map(({ id, name }) => [id, name]));
  const lines = engineNames.flatMap((engine) =>
    cannot[engine].map(
      ({ why, behaviours: ids }) => `- ${capital(engine)}: ${why}: ${ids.map((id) => `“${names.get(id)}”`).join(', ')}`,
    ),
  );
  return ['### What an engine cannot show', '', ...lines, ''];
}

function capital(name: string): string {
  return name === 'webkit' ? 'WebKit' : name[0]?.toUpperCase() + name.slice(1);
}
