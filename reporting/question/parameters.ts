import type { Bound } from '../replica/database.ts';

/** The values of a statement. Whatever comes from a question gets into its SQL only by here. */
export interface Parameters {
  /** Binds a value; answers how the statement names it, with its type. */
  add(value: Bound): string;
  /** A statement with the values that it names. What was bound for a part that was left out is not among them. */
  statement(sql: string): Statement;
}

export interface Statement {
  sql: string;
  values: Bound[];
}

export function parameters(): Parameters {
  const values: Bound[] = [];
  return {
    add(value) {
      values.push(value);
      const type = typeof (Array.isArray(value) ? value[0] : value) === 'number' ? 'BIGINT' : 'VARCHAR';
      return `$${values.length}::${Array.isArray(value) ? `${type}[]` : type}`;
    },
    statement(sql) {
      const places = new Map<string, number>();
      const numbered = sql.replace(/\$\d+/g, (name) => {
        const place = places.get(name) ?? places.size + 1;
        places.set(name, place);
        return `$${place}`;
      });
      return { sql: numbered, values: [...places.keys()].map((name) => values[Number(name.slice(1)) - 1] ?? '') };
    },
  };
}
