import type { TargetedEvent } from 'preact';
import { useState } from 'preact/hooks';

interface DateFieldsProps {
  legend: string;
  dates: [string, string] | undefined;
  onApply: (dates: [string, string]) => void;
}

/** Two dates, by the browser's own fields: they know the reader's calendar and keyboard. */
export function DateFields({ legend, dates, onApply }: DateFieldsProps) {
  const [from, setFrom] = useState(dates?.[0] ?? '');
  const [to, setTo] = useState(dates?.[1] ?? '');
  function apply(event: TargetedEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (from !== '' && to !== '') onApply(from <= to ? [from, to] : [to, from]);
  }
  return (
    <form class="date-fields" onSubmit={apply}>
      <fieldset>
        <legend>{legend}</legend>
        <label>
          <span class="faint">From</span>
          <input
            type="date"
            required
            value={from}
            max="9999-12-31"
            onInput={(event) => setFrom(event.currentTarget.value)}
          />
        </label>
        <label>
          <span class="faint">To</span>
          <input
            type="date"
            required
            value={to}
            max="9999-12-31"
            onInput={(event) => setTo(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button strong">
          Show
        </button>
      </fieldset>
    </form>
  );
}
