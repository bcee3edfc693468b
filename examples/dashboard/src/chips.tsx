import { sentence } from './conditions.ts';
import { useApp } from './context.ts';
import { Icon, paths } from './icons.tsx';
import { Link } from './link.tsx';

/** The filters that hold, each with a way to take it out. */
export function Chips() {
  const { state } = useApp();
  const { filters } = state;
  if (filters.length === 0) return null;
  return (
    <ul class="chips" aria-label="Filters">
      {filters.map((condition) => {
        const { name, operator, value } = sentence(condition);
        const rest = filters.filter((other) => other !== condition);
        return (
          <li key={JSON.stringify(condition)} class="chip">
            <span class="clip" title={`${name} ${operator} ${value}`}>
              {name} <span class="faint">{operator}</span> <b>{value}</b>
            </span>
            <Link
              class="chip-remove"
              change={{ filters: rest }}
              label={`Remove the filter: ${name} ${operator} ${value}`}
            >
              <Icon path={paths.close} />
            </Link>
          </li>
        );
      })}
      {filters.length > 1 && (
        <li>
          <Link class="text-link" change={{ filters: [] }}>
            Remove all
          </Link>
        </li>
      )}
    </ul>
  );
}
