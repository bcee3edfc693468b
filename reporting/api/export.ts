import { Readable } from 'node:stream';
import type { Context } from 'hono';
import { isoOfDay } from '../../core/day.ts';
import { exportedFile } from '../export/file.ts';
import type { ExportedFile } from '../export/file.ts';
import { wantedOf } from '../export/wanted.ts';
import type { ExportFormat, Wanted } from '../export/wanted.ts';
import { knownSite } from '../known-site.ts';
import type { Parts } from '../parts.ts';
import { refuse } from '../refuse.ts';
import { Busy } from '../replica/failure.ts';

export interface VisitExports {
  /** `GET /api/v1/export?site_id=&format=&from=&to=`: a site's visits as a file. One at a time, until it is sent. */
  handle(c: Context): Promise<Response>;
  /** Ends the one that runs. */
  end(): void;
}

const contentTypes: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};

export function visitExports(parts: Parts): VisitExports {
  const { replica, limits } = parts;
  const ending = new AbortController();
  let running: Wanted | undefined;

  /** The file; whatever comes of it, the next one may begin afterwards. */
  async function fileOf(wanted: Wanted, caller: AbortSignal): Promise<ExportedFile> {
    if (running) throw new Busy('another export runs');
    running = wanted;
    const ended = (): void => {
      if (running === wanted) running = undefined;
    };
    try {
      const late = AbortSignal.timeout(limits.exportMsMax);
      const file = await exportedFile(replica, wanted, AbortSignal.any([caller, late, ending.signal]));
      // Whoever has all of it may ask for the next one at once, before the file is closed.
      file.stream.once('end', ended).once('close', ended);
      return file;
    } catch (error) {
      ended();
      throw error;
    }
  }

  return {
    async handle(c) {
      // Hono asks for the answer to a HEAD as for that to a GET, and never reads it.
      if (c.req.method !== 'GET') return refuse(c, 'method', { field: 'method', limit: 'GET', fix: 'send a GET' });
      const wanted = wantedOf(c.req.query());
      const site = await knownSite(c, parts, wanted.site);
      if (site instanceof Response) return site;
      const { stream, bytes } = await fileOf(wanted, c.req.raw.signal);
      c.header('Content-Type', contentTypes[wanted.format]);
      c.header('Content-Disposition', `attachment; filename="${nameOf(wanted)}"`);
      c.header('Content-Length', String(bytes));
      return c.body(Readable.toWeb(stream) as ReadableStream<Uint8Array<ArrayBuffer>>);
    },
    end: () => ending.abort(),
  };
}

/** `footfall-visits-example.com-from-2026-11-01.csv`. A site's id has no sign but `:` that a name of a file may not have. */
function nameOf({ site, format, from, to }: Wanted): string {
  const days = [
    ...(from === undefined ? [] : ['from', isoOfDay(from)]),
    ...(to === undefined ? [] : ['to', isoOfDay(to)]),
  ];
  return `${['footfall-visits', site.replaceAll(':', '_'), ...days].join('-')}.${format}`;
}
