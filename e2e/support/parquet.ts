import { DuckDBInstance } from '@duckdb/node-api';

/** The rows of a Parquet file, each value as text; and its columns with their types. */
export async function parquetOf(
  file: string,
): Promise<{ records: Record<string, string | null>[]; types: Record<string, string> }> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const path = `'${file.replaceAll("'", "''")}'`;
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${path})`);
    const types = Object.fromEntries(described.getRows().map(([name, type]) => [String(name), String(type)]));
    const columns = Object.entries(types).map(([name, type]) => `${textOf(name, type)} AS "${name}"`);
    const read = await connection.runAndReadAll(`SELECT ${columns.join(', ')} FROM read_parquet(${path})`);
    return { records: read.getRowObjects() as Record<string, string | null>[], types };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Instants as the CSV has them, whatever the zone of this machine. */
function textOf(name: string, type: string): string {
  const isInstant = type === 'TIMESTAMP WITH TIME ZONE';
  return isInstant ? `strftime(make_timestamp(epoch_us("${name}")), '%Y-%m-%dT%H:%M:%S.%gZ')` : `"${name}"::VARCHAR`;
}
