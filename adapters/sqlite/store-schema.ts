import type { Migration } from './database.ts';

export const STORE_FILE = 'store.db';

/**
 * The store's schema, version by version; a released step never changes.
 *
 * - `strings`: the dictionary. Paths, names and the like are kept once, and so are browsers, places and acquisitions (as
 *   JSON), of which there are few, and pairs of the first two.
 * - `events`: in the order in which they were applied, which is the feed.
 * - `visits`: a row a visitor's day; `first_seen` is null while it holds nothing but waiting engagement.
 * - `seen_0`, `seen_1`: ids by generation. One takes the new ones, the other is the generation before; see `seen.ts`.
 */
export const storeMigrations: Migration[] = [
  `
  CREATE TABLE positions (
    partition INTEGER PRIMARY KEY,
    incarnation TEXT NOT NULL,
    offset TEXT NOT NULL,
    version INTEGER NOT NULL
  );
  CREATE TABLE strings (id INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE);
  CREATE TABLE events (
    partition INTEGER NOT NULL,
    version INTEGER NOT NULL,
    n INTEGER NOT NULL,
    site INTEGER NOT NULL,
    day INTEGER NOT NULL,
    time INTEGER NOT NULL,
    late INTEGER NOT NULL,
    utc_offset INTEGER NOT NULL,
    id BLOB NOT NULL,
    name INTEGER NOT NULL,
    visitor TEXT,
    path INTEGER NOT NULL,
    hostname INTEGER,
    context INTEGER NOT NULL,
    acquisition INTEGER,
    title INTEGER,
    more TEXT,
    PRIMARY KEY (partition, version, n)
  ) WITHOUT ROWID;
  CREATE TABLE visits (
    site INTEGER NOT NULL,
    day INTEGER NOT NULL,
    visitor TEXT NOT NULL,
    partition INTEGER NOT NULL,
    version INTEGER NOT NULL,
    first_seen INTEGER,
    state TEXT NOT NULL,
    UNIQUE (site, day, visitor)
  );
  CREATE INDEX visits_changed ON visits (partition, version);
  CREATE TABLE stats (
    site INTEGER NOT NULL,
    day INTEGER NOT NULL,
    path INTEGER NOT NULL,
    views INTEGER NOT NULL,
    PRIMARY KEY (site, day, path)
  ) WITHOUT ROWID;
  CREATE TABLE stats_days (
    site INTEGER NOT NULL,
    day INTEGER NOT NULL,
    total_views INTEGER NOT NULL,
    paths INTEGER NOT NULL,
    PRIMARY KEY (site, day)
  ) WITHOUT ROWID;
  CREATE TABLE seen_0 (site INTEGER NOT NULL, id BLOB NOT NULL, content INTEGER NOT NULL, PRIMARY KEY (site, id)) WITHOUT ROWID;
  CREATE TABLE seen_1 (site INTEGER NOT NULL, id BLOB NOT NULL, content INTEGER NOT NULL, PRIMARY KEY (site, id)) WITHOUT ROWID;
  CREATE TABLE generation (current INTEGER NOT NULL, since INTEGER NOT NULL);
  INSERT INTO generation VALUES (0, 0);
  CREATE TABLE erasures (
    partition INTEGER NOT NULL,
    version INTEGER NOT NULL,
    site INTEGER NOT NULL,
    visitor TEXT NOT NULL,
    user_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (partition, version, visitor)
  ) WITHOUT ROWID;
  CREATE TABLE documents (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    value TEXT NOT NULL,
    expires INTEGER,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;
  `,
];

/** A copy of the file must not keep the salts that die in the file itself. */
export const STORE_CLEAN_COPY = `DELETE FROM documents WHERE expires IS NOT NULL; VACUUM`;
