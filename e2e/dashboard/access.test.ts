import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { axe } from './axe.ts';
import { figure, settled } from './look.ts';
import { dashboard } from './scene.ts';

describe('where other machines can reach the reports', () => {
  const { open, output, data, restart } = dashboard({ sample: true });

  test('the page asks for the token, and keeps it for the tab', async () => {
    const [token = ''] = /fft_\S+/.exec(output()) ?? [];
    await restart({ REPORTING_HOST: '0.0.0.0' });
    // On a busy machine the reports are still being built.
    const page = await open('/?site=sample', { mayLog: /401|503/ });
    await page.getByLabel('Token').fill('fft_wrong');
    await page.getByRole('button', { name: 'Read the reports' }).click();
    await page.getByText('That is not the token.').waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByLabel('Token').fill(` ${token} `);
    await page.getByLabel('Token').press('Enter');
    await settled(page);
    expect(await figure(page, 'Visitors')).not.toBe('0');
    expect(new URL(page.url()).search).toBe('?site=sample');

    await page.reload();
    await settled(page);
    const kept = await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]');
    expect(kept).toEqual([0, 1, '']);
    const other = await open('/?site=sample', { mayLog: /401/ });
    await other.getByLabel('Token').waitFor();
  });

  test('says that the reports are being built, and shows them when they are', async () => {
    // Few rows a step, so that there is something to see.
    await restart({ REPLICA_READ_ROWS_MAX: '100' }, () => {
      for (const end of ['', '.wal'])
        rmSync(join(data().folderOf('reporting'), `replica.duckdb${end}`), { force: true });
    });
    const page = await open('/?site=sample', { mayLog: /503/ });
    await page.getByText('The reports are being built.').waitFor();
    await expect.poll(() => page.getByRole('progressbar').count()).toBe(1);
    expect(await axe(page)).toEqual([]);
    await page.close();
    await restart();
    const after = await open('/?site=sample', { mayLog: /503/ });
    await settled(after);
    expect(await figure(after, 'Visitors')).not.toBe('0');
  });
});
