import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { servers } from '../support/server.ts';
import { send } from '../support/http.ts';

const { folder, start, run } = servers();

const view = { site_id: 'a.example', event_type: 'page_view', path: '/' };

describe('a second process on the data', () => {
  test.each(['start', 'repair', 'quarantine replay'])(
    '%s stops and names the first, which goes on',
    async (command) => {
      const data = folder();
      const first = await start({ folder: data });
      const second = await run(command.split(' '), { folder: data });
      expect(second.code).toBe(1);
      expect(second.stdout).toBe('');
      expect(second.stderr).toBe(
        `footfall: Footfall is already running on ${data} (process ${first.pid}). Stop it first, or name another folder by DATA.\n`,
      );
      expect((await send(`${first.collector}/event`, view)).status).toBe(202);
      expect(await first.end('SIGTERM')).toEqual({ code: 0, signal: null });
    },
  );

  test('two that start at once: one runs, one stops', async () => {
    const data = folder();
    await (await start({ folder: data })).end('SIGTERM');
    const both = await Promise.allSettled([start({ folder: data }), start({ folder: data })]);
    const running = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(running).toHaveLength(1);
    expect(String(both.find((one) => one.status === 'rejected')?.reason)).toContain('already running');
    expect((await send(`${running[0]?.collector}/event`, view)).status).toBe(202);
  });

  test('after a kill -9 nothing stands in the way of the next start', async () => {
    const data = folder();
    await (await start({ folder: data })).end('SIGKILL');
    const next = await start({ folder: data });
    expect((await send(`${next.collector}/event`, view)).status).toBe(202);
  });
});

describe('a port that is taken', () => {
  test.each([
    { setting: 'PORT', other: 'HOST' },
    { setting: 'REPORTING_PORT', other: 'REPORTING_HOST' },
  ])('$setting: the start stops and names it', async ({ setting, other }) => {
    const data = folder();
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    const port = typeof address === 'object' && address ? String(address.port) : '';
    try {
      const { code, stdout, stderr } = await run(['start'], { folder: data, env: { [setting]: port } });
      expect(code).toBe(1);
      expect(stdout).not.toContain('Footfall is running');
      expect(stderr).toBe(
        `footfall: 127.0.0.1:${port}: port ${port} is taken by another program. Set ${setting} or ${other}.\n`,
      );
    } finally {
      await new Promise((resolve) => listener.close(resolve));
    }
    await (await start({ folder: data })).end('SIGTERM');
  });

  test('an address that is not this machine’s is named, too', async () => {
    const { code, stderr } = await run(['start'], { folder: folder(), env: { HOST: '192.0.2.1' } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^footfall: 192\.0\.2\.1:0: cannot listen \(.*\)\. Set PORT or HOST\.\n$/);
  });
});
