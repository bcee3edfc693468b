import { describe, expect, test } from 'vitest';
import { limits } from '../../core/limits.ts';
import { agentReader } from '../agent.ts';
import { figuresOf } from './figures.reference.ts';

/** `npm run check:names` prints the figures; these are the least they may be. */
describe('on real user agents', () => {
  const figures = figuresOf(agentReader(limits.agentCacheMax));

  test('at least 1,000 of browsers and of bots are looked at', () => {
    expect(figures.browsers).toBeGreaterThanOrEqual(1000);
    expect(figures.bots).toBeGreaterThanOrEqual(1000);
    expect(figures.mainstream).toBeGreaterThanOrEqual(120);
  });

  test('of browsers fewer than 0.1 % are taken for bots', () => {
    expect(figures.flagged.length / figures.browsers).toBeLessThan(0.001);
  });

  test('of bots 99 % and more are found', () => {
    expect(1 - figures.missed.length / figures.bots).toBeGreaterThanOrEqual(0.99);
  });

  test('of the mainstream 90 % and more have browser, system and device right', () => {
    expect(figures.named / figures.mainstream).toBeGreaterThanOrEqual(0.9);
  });

  test('of visits 99 % and more have the device and the system that was recorded', () => {
    expect(figures.devices / figures.visits).toBeGreaterThanOrEqual(0.99);
    expect(figures.systems / figures.honest).toBeGreaterThanOrEqual(0.99);
  });
});
