import type { Chromium, Page } from './chromium.ts';
import { stepOf, viewOf } from './trackers.ts';
import type { Happened, Tracker } from './trackers.ts';

/** A page that is looked at, and what happened on it, as its visitor knows it: the tracker is not asked. */
export interface Visit {
  page: Page;
  /** What was made, each with its name. */
  made: Happened[];
  /** To be called when the page was loaded anew: waits until the tracker counts, and a page view is made. */
  loaded(): Promise<void>;
  /** Makes an event. */
  step(): Promise<void>;
}

/** Opens a page, which is a page view. */
export async function beginVisit(browser: Chromium, origin: string, path: string, tracker: Tracker): Promise<Visit> {
  const page = await browser.open(origin + path);
  let steps = 0;
  const visit: Visit = {
    page,
    made: [],
    async loaded() {
      await page.until(`!window.isOld && ${tracker.ready}`);
      visit.made.push(viewOf(path));
    },
    async step() {
      const n = (steps += 1);
      // Answered when the call has been made, whatever happens the next moment.
      await page.evaluate(tracker.step(n));
      visit.made.push(stepOf(path, n));
    },
  };
  await visit.loaded();
  return visit;
}
