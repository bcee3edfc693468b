import type { DatabaseSync } from 'node:sqlite';
import { NO_POSITION } from '../../core/ports.ts';
import type { Position } from '../../core/ports.ts';

/** How far each partition's log is applied: the first barrier. */
export interface Positions {
  get(partition: number): Position;
  /** Compare and set; undefined if the position is not `from` any more. Within a transaction that writes. */
  move(partition: number, from: Position, to: { incarnation: string; offset: string }): Position | undefined;
  /** A new version without a move of the log, for changes that come from elsewhere. Within a transaction that writes. */
  touch(partition: number): number;
}

export function positions(database: DatabaseSync): Positions {
  const select = database.prepare('SELECT incarnation, offset, version FROM positions WHERE partition = ?');
  const begin = database.prepare(`INSERT INTO positions VALUES (?, '', '', 0) ON CONFLICT DO NOTHING`);
  const compareAndSet = database.prepare(
    `UPDATE positions SET incarnation = ?, offset = ?, version = version + 1
     WHERE partition = ? AND incarnation = ? AND offset = ? AND version = ?`,
  );
  const touch = database.prepare('UPDATE positions SET version = version + 1 WHERE partition = ?');

  function get(partition: number): Position {
    const row = select.get(partition);
    if (!row) return NO_POSITION;
    return { incarnation: String(row.incarnation), offset: String(row.offset), version: Number(row.version) };
  }

  return {
    get,
    move(partition, from, to) {
      begin.run(partition);
      const moved = compareAndSet.run(
        to.incarnation,
        to.offset,
        partition,
        from.incarnation,
        from.offset,
        from.version,
      );
      return moved.changes === 1 ? { ...to, version: from.version + 1 } : undefined;
    },
    touch(partition) {
      begin.run(partition);
      touch.run(partition);
      return get(partition).version;
    },
  };
}
