import type { TargetedEvent } from 'preact';
import { useState } from 'preact/hooks';
import { useApp } from './context.ts';
import { Icon, paths } from './icons.tsx';
import { Popover } from './popover.tsx';
import { useAnswer } from './use-answer.ts';
import { fixedDimensions, nameOf, operatorNames, valueName } from './words.ts';
import type { Filterable, Operator } from './words.ts';

/** A filter of any dimension and operator. */
export function AddFilter() {
  return (
    <Popover
      class="add-filter"
      align="end"
      label="Add a filter"
      button={
        <>
          <Icon path={paths.filter} />
          <span class="wide-only">Filter</span>
        </>
      }
    >
      {(close) => <FilterForm close={close} />}
    </Popover>
  );
}

function FilterForm({ close }: { close: () => void }) {
  const { state, go } = useApp();
  const [dimension, setDimension] = useState<Filterable>('page');
  const [operator, setOperator] = useState<Operator>('is');
  const [value, setValue] = useState('');
  // What there is to choose from, as a help to type.
  const { answer, question } = useAnswer({
    site_id: state.site,
    date_range: state.range,
    metrics: [dimension === 'event' ? 'events' : 'visitors'],
    dimensions: [dimension],
    pagination: { limit: 100 },
  });
  const known = question?.dimensions?.[0] === dimension ? (answer?.results ?? []) : [];

  function add(event: TargetedEvent<HTMLFormElement>): void {
    event.preventDefault();
    go({ filters: [...state.filters, [operator, dimension, [value]]] });
    close();
  }

  return (
    <form class="filter-form" onSubmit={add}>
      <label>
        <span class="faint">What</span>
        <select value={dimension} onChange={(event) => setDimension(event.currentTarget.value as Filterable)}>
          {fixedDimensions.map((name) => (
            <option key={name} value={name}>
              {nameOf(name)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="faint">How</span>
        <select value={operator} onChange={(event) => setOperator(event.currentTarget.value as Operator)}>
          {(Object.keys(operatorNames) as Operator[]).map((name) => (
            <option key={name} value={name}>
              {operatorNames[name]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="faint">Value</span>
        <input
          type="text"
          list="known-values"
          maxLength={2000}
          autoComplete="off"
          placeholder="Empty: has none"
          value={value}
          onInput={(event) => setValue(event.currentTarget.value)}
        />
      </label>
      <datalist id="known-values">
        {known.map(({ dimensions: [one = ''] }) => (
          <option key={one} value={one}>
            {valueName(dimension, one)}
          </option>
        ))}
      </datalist>
      <button type="submit" class="button strong">
        Add
      </button>
    </form>
  );
}
