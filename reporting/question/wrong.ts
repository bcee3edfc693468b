/** What is wrong with a question, and what is allowed there. */
export class Wrong extends Error {
  override readonly name = 'Wrong';
  /** A path in the question such as `filters[0]`. */
  readonly field: string;
  /** What is allowed, in words. */
  readonly limit: string;
  readonly fix: string;
  /** The values, forms or names that are allowed; [] where no list says it. */
  readonly allowed: readonly string[];

  constructor(field: string, limit: string, fix: string, allowed: readonly string[] = []) {
    super(`${field}: expected ${limit}; ${fix}`);
    this.field = field;
    this.limit = limit;
    this.fix = fix;
    this.allowed = allowed;
  }
}
