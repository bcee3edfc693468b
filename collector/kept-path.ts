import type { Site } from '../core/site.ts';
import { wireLimits } from '../sdk/src/wire.ts';
import type { Page } from './page.ts';

/**
 * A page's path as it is kept: of the query only the parameters that the site takes for a part of the page, in the site's order, so
 * that one page has one path.
 *
 * @example
 * keptPath({ hostname, path: '/product', query: '?utm_source=x&id=7' }, { query_params: ['id'] }); // '/product?id=7'
 */
export function keptPath({ path, query }: Page, { query_params = [] }: Pick<Site, 'query_params'>): string {
  if (query.length < 2 || query_params.length === 0) return path;
  const sent = new URLSearchParams(query);
  const kept = new URLSearchParams();
  for (const name of query_params) {
    const value = sent.get(name);
    if (value !== null) kept.set(name, value);
  }
  return kept.size === 0 ? path : `${path}?${kept.toString()}`.slice(0, wireLimits.urlCharsMax);
}
