import { atEnd, listen } from '../attempt.ts';
import { fresh } from '../id.ts';
import { measure, newMeter, tell } from './meter.ts';
import type { Module } from '../options.ts';
import { add, way } from '../send.ts';
import { view } from '../view.ts';
import { ENGAGEMENT } from '../wire.ts';
import { tickMs } from '../limits.ts';

/** How long and how far each page view is looked at: told when it is left or hidden. */
export function engagement(): Module {
  return () => {
    let meter = newMeter();
    const look = () => measure(meter);
    way._begun = () => {
      meter = newMeter();
      look();
    };
    way._leaving = (isGoing) => {
      measure(meter, isGoing);
      const news = view && tell(meter);
      if (!news) return;
      const { id, url, time } = view!;
      add({ ...fresh(ENGAGEMENT), url, view: id, view_time: time, ...news });
    };
    for (const type of ['focus', 'blur', 'scroll', 'visibilitychange']) listen(window, type, look);
    // A page that sleeps does not tick.
    const timer = setInterval(look, tickMs);
    atEnd(() => clearInterval(timer));
  };
}
