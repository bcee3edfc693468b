import { atEnd, listen } from '../attempt.ts';
import { fresh } from '../id.ts';
import { measure, newMeter, tell } from './meter.ts';
import type { Meter } from './meter.ts';
import type { Module } from '../options.ts';
import { add } from '../send.ts';
import { way } from '../way.ts';
import { view } from '../view.ts';
import { ENGAGEMENT } from '../wire.ts';
import type { WireEvent } from '../wire.ts';
import { tickMs } from '../limits.ts';

/** What would be told now of the page view that is looked at, without telling it; undefined: no news. */
export let lastWord: () => WireEvent | undefined = () => undefined;

/** How long and how far each page view is looked at: told when it is left or hidden. */
export function engagement(): Module {
  return () => {
    // Nothing is told of it before the first page view begins.
    let meter = {} as Meter;
    const look = () => measure(meter);
    way._begun = () => {
      meter = newMeter();
      look();
    };
    way._leaving = (isGoing) => {
      measure(meter, isGoing);
      const event = news(meter);
      if (event) add(event);
    };
    lastWord = () => {
      const copy = { ...meter };
      measure(copy);
      return news(copy);
    };
    for (const type of ['blur', 'focus', 'scroll', 'visibilitychange']) listen(window, type, look);
    // A page that sleeps does not tick.
    const timer = setInterval(look, tickMs);
    atEnd(() => clearInterval(timer));
  };
}

function news(meter: Meter): WireEvent | undefined {
  const told = view && tell(meter);
  return told && { ...fresh(ENGAGEMENT), view: view!.id, url: view!.url, view_time: view!.time, ...told };
}
