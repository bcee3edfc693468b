import type { z } from 'zod';
import type { Complaint } from './fields.ts';
import { Refusal } from './refusal.ts';

type Issue = z.core.$ZodIssue;

/**
 * The refusal for what zod found first.
 *
 * @param at where the checked value is in the body, e.g. `events[3]`; '' is the body itself
 */
export function refusalOf(error: z.ZodError, at: string): Refusal {
  const issue = error.issues[0];
  if (!issue) return new Refusal('invalid', at || 'body', 'valid', 'see the documentation', 'is not valid');
  const field = fieldOf(at, issue.path);
  switch (issue.code) {
    case 'invalid_type':
      return invalid(field, naming(issue.expected));
    case 'too_big':
      return tooBig(field, issue);
    case 'too_small':
      return issue.origin === 'number' ? invalid(field, `at least ${issue.minimum}`) : invalid(field, 'not empty');
    case 'custom':
      return complained(field, issue.params as Complaint | undefined);
    default:
      return invalid(field, 'a valid value');
  }
}

/** The names of the callers' own properties are never in a path: `props.ts` complains about `props` as a whole. */
function fieldOf(at: string, path: PropertyKey[]): string {
  let field = at;
  for (const part of path) field += typeof part === 'number' ? `[${part}]` : field ? `.${String(part)}` : String(part);
  return field || 'body';
}

function naming(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function invalid(field: string, limit: string): Refusal {
  return new Refusal('invalid', field, limit, `send ${field} as ${limit}`, `${field} must be ${limit}`);
}

function tooBig(field: string, issue: Extract<Issue, { code: 'too_big' }>): Refusal {
  const max = Number(issue.maximum);
  if (issue.origin === 'string') {
    return new Refusal('too_long', field, max, `shorten ${field} to ${max} characters`, `${field} has more characters`);
  }
  if (issue.origin === 'array') {
    return new Refusal('too_large', field, max, `send at most ${max} in one request`, `${field} has more than ${max}`);
  }
  return invalid(field, `at most ${max}`);
}

function complained(field: string, complaint: Complaint | undefined): Refusal {
  if (!complaint) return invalid(field, 'a valid value');
  const { reason, limit, fix } = complaint;
  return new Refusal(reason, field, limit, fix, `${field} must be within its limit: ${limit}`);
}
