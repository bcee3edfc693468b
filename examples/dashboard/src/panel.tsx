import type { Dimension } from '../../../core/question.ts';
import { useApp } from './context.ts';
import { Link } from './link.tsx';
import { PANEL_ROWS, metricOf, panelQuestion } from './questions.ts';
import { Rows } from './rows.tsx';
import type { PanelName } from './state.ts';
import { useAnswer } from './use-answer.ts';
import { metricNames, namesOf, tabNameOf } from './words.ts';

interface PanelProps {
  name: PanelName;
  /** The first is the default one. */
  dimensions: readonly [Dimension, ...Dimension[]];
  /** What its dimensions are, where their own names do not say it. */
  title?: string;
  /** How many stand as buttons; the rest is behind a list. */
  buttons?: number;
  /** What the list is called while none of it is shown. */
  more?: string;
  /** All visitors of the period, under the same filters. */
  visitors?: number;
}

/** The first rows of one of several dimensions. */
export function Panel({ name, dimensions, title, buttons = 3, more = 'More', visitors = 0 }: PanelProps) {
  const { state, go } = useApp();
  const chosen = state.tabs[name];
  const dimension = chosen !== undefined && dimensions.includes(chosen) ? chosen : dimensions[0];
  const asked = useAnswer(panelQuestion(state, dimension));
  const listed = dimensions.slice(buttons);
  const show = (to: Dimension): void => go({ tabs: { ...state.tabs, [name]: to } }, 'replace');
  const total = asked.answer?.meta.total_rows ?? 0;

  return (
    <section class="card panel" aria-busy={!asked.current} aria-label={title ?? namesOf(dimensions[0])}>
      <div class="tabs" role="group" aria-label="What to show">
        {title !== undefined && <span class="tabs-title faint">{title}</span>}
        {dimensions.slice(0, buttons).map((one) => (
          <button key={one} type="button" class="tab" aria-pressed={one === dimension} onClick={() => show(one)}>
            {tabNameOf(one)}
          </button>
        ))}
        {listed.length > 0 && (
          <label class={listed.includes(dimension) ? 'tab tab-list on' : 'tab tab-list'}>
            <span class="hidden">{more}</span>
            <select
              value={listed.includes(dimension) ? dimension : ''}
              onChange={(event) => show(event.currentTarget.value as Dimension)}
            >
              <option value="" disabled hidden>
                {more}
              </option>
              {listed.map((one) => (
                <option key={one} value={one}>
                  {namesOf(one)}
                </option>
              ))}
            </select>
          </label>
        )}
        <span class="tabs-end faint">{metricNames[metricOf(dimension)]}</span>
      </div>
      <Rows asked={asked} dimension={dimension} visitors={visitors} />
      <div class="panel-foot">
        {total > PANEL_ROWS && (
          <Link class="text-link" change={{ detail: { dimension, search: '', page: 0, order: undefined } }}>
            All {total} {namesOf(dimension).toLowerCase()}
          </Link>
        )}
      </div>
    </section>
  );
}
