import type { Answer, DateRange } from '../../../core/question.ts';
import { useApp } from './context.ts';
import { DateFields } from './date-fields.tsx';
import { formatDates } from './format.ts';
import { Chevron, Icon, paths } from './icons.tsx';
import { Link } from './link.tsx';
import { Popover } from './popover.tsx';
import { datesOf, shift } from './ranges.ts';
import type { Comparison } from './state.ts';
import { rangeNames } from './words.ts';
import type { NamedRange } from './words.ts';

const comparisons: [Comparison, string][] = [
  ['previous_period', 'Period before'],
  ['year_before', 'Year before'],
  ['none', 'No comparison'],
];

/** @param meta tells which days a named period is */
export function DatePicker({ meta }: { meta: Answer['meta'] | undefined }) {
  const { state } = useApp();
  const { range } = state;
  const dates = typeof range === 'string' ? meta && datesOf(meta.date_range) : dateOnly(range);
  return (
    <div class="dates">
      {dates && range !== 'all' && (
        <Link class="button plain step" change={{ range: shift(dates, -1), bucket: undefined }} label="Earlier period">
          <Chevron direction="left" />
        </Link>
      )}
      {!dates && range !== 'all' && (
        // Keeps its place until the dates are known.
        <span class="button plain step faint" aria-hidden="true">
          <Chevron direction="left" />
        </span>
      )}
      <Popover
        class="picker"
        align="end"
        label={`Period: ${rangeName(range)}. Choose another`}
        button={
          <>
            <Icon path={paths.calendar} />
            <span>{rangeName(range)}</span>
            <Chevron />
          </>
        }
      >
        {(close) => <Choices dates={dates} close={close} />}
      </Popover>
      {dates && typeof range !== 'string' && (
        <Link class="button plain step" change={{ range: shift(dates, 1), bucket: undefined }} label="Later period">
          <Chevron direction="right" />
        </Link>
      )}
    </div>
  );
}

function Choices({ dates, close }: { dates: [string, string] | undefined; close: () => void }) {
  const { state, go } = useApp();
  const { range, comparison } = state;
  return (
    <div class="choices">
      <ul class="menu">
        {(Object.keys(rangeNames) as NamedRange[]).map((name) => (
          <li key={name}>
            <Link class="menu-item" change={{ range: name, bucket: undefined }} current={range === name} onGo={close}>
              {rangeNames[name]}
            </Link>
          </li>
        ))}
      </ul>
      <div class="choices-side">
        <DateFields
          key={dates?.join()}
          legend="From date to date"
          dates={dates}
          onApply={(chosen) => {
            go({ range: chosen, bucket: undefined });
            close();
          }}
        />
        <fieldset>
          <legend>Compare with</legend>
          {comparisons.map(([value, name]) => (
            <label key={name} class="radio">
              <input
                type="radio"
                name="comparison"
                checked={comparison === value}
                onChange={() => go({ comparison: value }, 'replace')}
              />
              {name}
            </label>
          ))}
          <details open={typeof comparison !== 'string'}>
            <summary>Other dates</summary>
            <DateFields
              legend="Compare from date to date"
              dates={typeof comparison === 'string' ? dates && shift(dates, -1) : comparison}
              onApply={(chosen) => {
                go({ comparison: chosen }, 'replace');
                close();
              }}
            />
          </details>
        </fieldset>
      </div>
    </div>
  );
}

function dateOnly([from, to]: [string, string]): [string, string] {
  return [from.slice(0, 10), to.slice(0, 10)];
}

function rangeName(range: DateRange): string {
  return typeof range === 'string' ? rangeNames[range] : formatDates(range[0], range[1]);
}
