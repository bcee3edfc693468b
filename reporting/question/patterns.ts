import type { Filter } from '../../core/question.ts';
import type { Connection } from '../replica/database.ts';
import { BadPattern } from '../replica/failure.ts';
import { conditionsIn } from './dimensions.ts';
import { Wrong } from './wrong.ts';

/**
 * Tries each regular expression on an empty text. They are those of RE2, which takes time in proportion to the text and
 * refuses what would need much memory (https://github.com/google/re2/wiki/Syntax).
 *
 * @throws Wrong for one that cannot be read
 */
export async function checkPatterns(connection: Connection, filters: Filter[]): Promise<void> {
  for (const [operator, dimension, values] of conditionsIn(filters)) {
    if (operator !== 'matches' && operator !== 'matches_not') continue;
    for (const value of values) {
      try {
        await connection.rows(`SELECT regexp_matches('', $1)`, [value]);
      } catch (error) {
        if (!(error instanceof BadPattern)) throw error;
        throw new Wrong(
          'filters',
          'regular expressions of RE2',
          `mend the expression for ${dimension.startsWith('property:') ? 'a property' : dimension}`,
          ['https://github.com/google/re2/wiki/Syntax'],
        );
      }
    }
  }
}
