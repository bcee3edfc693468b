import { getParser } from 'bowser';
import type { Context } from '../../core/event.ts';
import { browserOf } from './browser.ts';
import { deviceOf } from './device.ts';
import type { Hints } from './hints.ts';
import { systemOf } from './system.ts';

/** What is kept of a user agent and the hints beside it. */
export type AgentContext = Pick<Context, 'browser' | 'browser_version' | 'os' | 'os_version' | 'device'>;

/** @param userAgent not empty, cut by `cutAgent` */
export function namesOf(userAgent: string, hints: Hints): AgentContext {
  // Only what is asked for is looked at: bowser's engines and devices are not.
  const library = getParser(userAgent, true);
  const browser = browserOf(userAgent, hints, library);
  const system = systemOf(userAgent, hints, library);
  const context: AgentContext = { device: deviceOf(userAgent, hints) };
  if (browser) context.browser = browser.name;
  if (browser?.version) context.browser_version = browser.version;
  if (system) context.os = system.name;
  if (system?.version) context.os_version = system.version;
  return context;
}
