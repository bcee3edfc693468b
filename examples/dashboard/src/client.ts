import type { z } from 'zod';
import type {
  Answer,
  propertiesSchema,
  QuestionInput,
  realtimeSchema,
  refusedAnswerSchema,
  sitesSchema,
} from '../../../core/question.ts';

export type Realtime = z.infer<typeof realtimeSchema>;
export type SiteInfo = z.infer<typeof sitesSchema>['sites'][number];
export type Property = z.infer<typeof propertiesSchema>['properties'][number];
export type Refused = z.infer<typeof refusedAnswerSchema>;
export type RefusedCount = Refused['refused'][number];

/** `GET /api/v1/setup`: what the start page shows. */
export interface Setup {
  /** Where pages load the script from and send their events to, without a slash at the end. */
  collector_url: string;
  /** Whether only this machine can reach the collector. */
  local: boolean;
  /** Whether this Footfall can make sample data. */
  sample: boolean;
  /** The demo site's address, and its id; absent where there is none. */
  demo?: { url: string; site_id: string };
}

/** An answer that is not what was asked for. `status` 0: there was no answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly reason: string;
  /** From 0 to 1, while the replica is being built. */
  readonly progress: number | undefined;

  constructor(status: number, reason: string, message: string, progress?: number) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.progress = progress;
  }
}

/** The reporting API, typed. Every method rejects with an ApiError, or with the signal's reason. */
export interface Client {
  query(question: QuestionInput, signal?: AbortSignal): Promise<Answer>;
  realtime(site: string, signal?: AbortSignal): Promise<Realtime>;
  /** Of two dates, both included; the last ones whenever they were. */
  refused(site: string, from: string, to: string, signal?: AbortSignal): Promise<Refused>;
  /** `event` empty: of all events. */
  properties(site: string, event: string, signal?: AbortSignal): Promise<Property[]>;
  sites(signal?: AbortSignal): Promise<SiteInfo[]>;
  setup(signal?: AbortSignal): Promise<Setup>;
  /** Adds the sample data; resolves when it is in the queue, with how many page views and events will be counted. */
  addSample(): Promise<number>;
  removeSample(): Promise<void>;
}

/**
 * A client of the reporting API.
 *
 * @param base the API's address, such as `api/v1`, which is beside the page
 * @param token what the API wants off loopback; undefined: none is sent
 * @example
 * const client = createClient('api/v1', () => undefined);
 * const { results } = await client.query({ site_id: 'example.com', date_range: '7d', metrics: ['visitors'] });
 */
export function createClient(base: string, token: () => string | undefined): Client {
  async function call(path: string, init: RequestInit): Promise<unknown> {
    const headers = new Headers(init.headers);
    const secret = token();
    if (secret) headers.set('Authorization', `Bearer ${secret}`);
    const response = await fetch(base + path, { ...init, headers }).catch((error: unknown) => {
      if (init.signal?.aborted) throw error;
      throw new ApiError(0, 'unreachable', 'The reporting does not answer. It may be starting, or stopped.');
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw errorOf(response.status, body);
    return body;
  }

  const get = (path: string, signal?: AbortSignal): Promise<unknown> => call(path, signal ? { signal } : {});

  return {
    query: async (question, signal) =>
      (await call('/query', {
        method: 'POST',
        body: JSON.stringify(question),
        headers: { 'Content-Type': 'application/json' },
        ...(signal ? { signal } : {}),
      })) as Answer,
    realtime: async (site, signal) => (await get(`/realtime?${parameters({ site_id: site })}`, signal)) as Realtime,
    refused: async (site, from, to, signal) =>
      (await get(`/refused?${parameters({ site_id: site, from, to })}`, signal)) as Refused,
    async properties(site, event, signal) {
      const answer = await get(`/properties?${parameters({ site_id: site, event })}`, signal);
      return (answer as { properties: Property[] }).properties;
    },
    sites: async (signal) => ((await get('/sites', signal)) as { sites: SiteInfo[] }).sites,
    setup: async (signal) => (await get('/setup', signal)) as Setup,
    addSample: async () => ((await call('/sample', { method: 'POST' })) as { events: number }).events,
    async removeSample() {
      await call('/sample', { method: 'DELETE' });
    },
  };
}

function parameters(values: Record<string, string>): string {
  return new URLSearchParams(values).toString();
}

function errorOf(status: number, body: unknown): ApiError {
  const { reason, message, progress } = (body ?? {}) as { reason?: unknown; message?: unknown; progress?: unknown };
  return new ApiError(
    status,
    typeof reason === 'string' ? reason : String(status),
    typeof message === 'string' ? message : `The reporting answered ${status}.`,
    typeof progress === 'number' ? progress : undefined,
  );
}

/** What to show of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
