import type { Dimension, Row } from '../../../core/question.ts';
import { isChosen, toggled } from './conditions.ts';
import { useApp } from './context.ts';
import { formatMetric, formatShare } from './format.ts';
import { Link, OutLink } from './link.tsx';
import { metricOf, PANEL_ROWS } from './questions.ts';
import type { Asked } from './use-answer.ts';
import { metricNames, namesOf, valueName } from './words.ts';

/**
 * Rows with bars behind them; a click filters by the row.
 *
 * @param visitors all there are, where the answer has no totals of its own
 */
export function Rows({ asked, dimension, visitors = 0 }: { asked: Asked; dimension: Dimension; visitors?: number }) {
  const { answer, question, error } = asked;
  if (!answer) {
    return error && error.reason !== 'building' && error.reason !== 'unknown_site' ? (
      <p class="rows nothing">{error.message}</p>
    ) : (
      <GhostRows />
    );
  }
  if (answer.results.length === 0)
    return <p class="rows nothing">No {namesOf(dimension).toLowerCase()} in this period.</p>;
  const of = question?.dimensions?.[0] ?? dimension;
  const most = Math.max(1, ...answer.results.map(({ metrics }) => metrics[0] ?? 0));
  const all = answer.totals?.metrics[0] ?? visitors;
  return (
    <ol class="rows">
      {answer.results.map((row) => (
        <OneRow key={row.dimensions[0]} row={row} dimension={of} most={most} all={all} />
      ))}
    </ol>
  );
}

interface OneRowProps {
  row: Row;
  dimension: Dimension;
  most: number;
  all: number;
}

function OneRow({ row, dimension, most, all }: OneRowProps) {
  const { state } = useApp();
  const { filters } = state;
  const value = row.dimensions[0] ?? '';
  const count = row.metrics[0] ?? 0;
  const name = valueName(dimension, value);
  const chosen = isChosen(filters, dimension, value);
  return (
    <li>
      <Link
        class="row"
        change={{ filters: toggled(filters, dimension, value) }}
        current={chosen}
        title={chosen ? `${name}: click to remove the filter` : name}
      >
        <Bar share={count / most} />
        <span class="row-name clip">
          {dimension === 'country' && value !== '' && <span class="code">{value}</span>}
          <span class={value === '' ? 'faint' : ''}>{name}</span>
        </span>
        {all > 0 && <span class="row-share">{formatShare(Math.min(1, count / all))}</span>}
        <span class="row-value">{formatMetric(metricOf(dimension), count, 'short')}</span>
        <span class="hidden"> {metricNames[metricOf(dimension)].toLowerCase()}</span>
      </Link>
      <OutLink address={addressOf(dimension, value, state.site)} name={name} />
    </li>
  );
}

/** Where a row's value can be looked at. */
function addressOf(dimension: Dimension, value: string, site: string): string | undefined {
  if (dimension === 'referrer') return value === '' ? undefined : `https://${value}`;
  const isPage = dimension === 'page' || dimension === 'entry_page' || dimension === 'exit_page';
  // A site's id is its domain in most cases; an id without a dot is none.
  return isPage && value.startsWith('/') && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(site)
    ? `https://${site}${value}`
    : undefined;
}

export function Bar({ share }: { share: number }) {
  return (
    <svg class="bar" width="100%" height="100%" aria-hidden="true">
      <rect width={`${Math.max(0.5, share * 100).toFixed(1)}%`} height="100%" rx="6" />
    </svg>
  );
}

/** Where rows will be. */
export function GhostRows() {
  return (
    <div class="rows">
      {Array.from({ length: PANEL_ROWS }, (_, index) => (
        <div key={index} class="row">
          <svg class="bar ghost-bar" width="100%" height="100%" aria-hidden="true">
            <rect width={`${92 - index * 10}%`} height="100%" rx="6" />
          </svg>
        </div>
      ))}
    </div>
  );
}
