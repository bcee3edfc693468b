import { useEffect, useRef, useState } from 'preact/hooks';
import type { Metric } from '../../../core/question.ts';
import { toggled } from './conditions.ts';
import { useApp } from './context.ts';
import { formatCount, formatMetric } from './format.ts';
import { Icon, paths } from './icons.tsx';
import { Link } from './link.tsx';
import { DETAIL_ROWS, detailMetrics, detailQuestion } from './questions.ts';
import type { Detail as DetailState } from './state.ts';
import { useAnswer } from './use-answer.ts';
import { metricNames, nameOf, namesOf, valueName } from './words.ts';

const SEARCH_MS = 250;

/** The full list of a dimension, with search, order and pages, above everything else. */
export function Detail({ detail }: { detail: DetailState }) {
  const { state, go } = useApp();
  const dialog = useRef<HTMLDialogElement>(null);
  const asked = useAnswer(detailQuestion(state, detail));
  const { dimension } = detail;
  const change = (to: Partial<DetailState>): void => go({ detail: { ...detail, ...to } }, 'replace');

  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);

  return (
    <dialog
      class="detail"
      ref={dialog}
      aria-label={namesOf(dimension)}
      onCancel={(event) => {
        event.preventDefault();
        go({ detail: undefined });
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) go({ detail: undefined });
      }}
    >
      <div class="detail-inner" aria-busy={!asked.current}>
        <div class="detail-head">
          <h2>{namesOf(dimension)}</h2>
          <Search key={dimension} text={detail.search} onSearch={(search) => change({ search, page: 0 })} />
          <button type="button" class="button plain" aria-label="Close" onClick={() => go({ detail: undefined })}>
            <Icon path={paths.close} />
          </button>
        </div>
        <Table detail={detail} asked={asked} onOrder={(order) => change({ order, page: 0 })} />
        <Pages detail={detail} total={asked.answer?.meta.total_rows} onPage={(page) => change({ page })} />
      </div>
    </dialog>
  );
}

/** Asks when there is a pause in the typing. */
function Search({ text, onSearch }: { text: string; onSearch: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  useEffect(() => {
    if (typed === text) return undefined;
    const timer = setTimeout(() => onSearch(typed), SEARCH_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label class="search">
      <span class="hidden">Search</span>
      <Icon path={paths.search} />
      <input
        type="search"
        placeholder="Search"
        maxLength={200}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
    </label>
  );
}

interface TableProps {
  detail: DetailState;
  asked: ReturnType<typeof useAnswer>;
  onOrder: (order: [Metric, 'asc' | 'desc']) => void;
}

function Table({ detail, asked, onOrder }: TableProps) {
  const { state } = useApp();
  const { dimension } = detail;
  const metrics = detailMetrics(dimension);
  const [by, direction] = detail.order ?? [metrics[0], 'desc'];
  const rows = asked.question?.dimensions?.[0] === dimension ? asked.answer?.results : undefined;
  return (
    <div class="table-place" tabIndex={0} role="region" aria-label="List">
      <table>
        <thead>
          <tr>
            <th scope="col">{nameOf(dimension)}</th>
            {metrics.map((metric) => (
              <th
                key={metric}
                scope="col"
                class="right"
                aria-sort={metric === by ? (direction === 'asc' ? 'ascending' : 'descending') : 'none'}
              >
                <button
                  type="button"
                  class="order"
                  onClick={() => onOrder([metric, metric === by && direction === 'desc' ? 'asc' : 'desc'])}
                >
                  {metricNames[metric]}
                  <span aria-hidden="true">{metric === by ? (direction === 'asc' ? ' ↑' : ' ↓') : ''}</span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows?.map(({ dimensions: [value = ''], metrics: values }) => (
            <tr key={value}>
              <th scope="row">
                <Link
                  class="cell-link"
                  change={{ filters: toggled(state.filters, dimension, value), detail: undefined }}
                >
                  {valueName(dimension, value)}
                </Link>
              </th>
              {metrics.map((metric, index) => (
                <td key={metric} class="right">
                  {formatMetric(metric, values[index])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows?.length === 0 && <p class="nothing">Nothing fits.</p>}
      {asked.error && !asked.current && <p class="nothing">{asked.error.message}</p>}
    </div>
  );
}

interface PagesProps {
  detail: DetailState;
  total: number | undefined;
  onPage: (page: number) => void;
}

function Pages({ detail: { page }, total = 0, onPage }: PagesProps) {
  const first = page * DETAIL_ROWS + 1;
  const last = Math.min(total, (page + 1) * DETAIL_ROWS);
  return (
    <div class="pages">
      <span class="faint" role="status">
        {total === 0 ? '' : `${formatCount(first)} to ${formatCount(last)} of ${formatCount(total)}`}
      </span>
      <button type="button" class="button" disabled={page === 0} onClick={() => onPage(page - 1)}>
        Back
      </button>
      <button type="button" class="button" disabled={last >= total} onClick={() => onPage(page + 1)}>
        Next
      </button>
    </div>
  );
}
