import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../../../core/question.ts';
import { Chips } from './chips.tsx';
import { SAMPLE_SITE, useApp } from './context.ts';
import { Detail } from './detail.tsx';
import { EventPanels } from './event-panels.tsx';
import { formatClock } from './format.ts';
import { Graph } from './graph.tsx';
import { Header } from './header.tsx';
import { Headline } from './headline.tsx';
import { Trouble } from './notices.tsx';
import { Panel } from './panel.tsx';
import { headlineMetrics, headlineQuestion, panels, seriesQuestion } from './questions.ts';
import { bucketsOf, datesOf } from './ranges.ts';
import { Refused } from './refused.tsx';
import { SampleBanner } from './sample.tsx';
import { siteName } from './site-switcher.tsx';
import { useAnswer } from './use-answer.ts';
import { rangeNames } from './words.ts';

/** All numbers of one site. */
export function Dashboard() {
  const { state } = useApp();
  const headline = useAnswer(headlineQuestion(state));
  const { answer, question } = headline;
  const visitors = answer?.totals?.metrics[headlineMetrics.indexOf('visitors')] ?? 0;
  const buckets = bucketsOf(state.range, question?.date_range === state.range ? answer?.meta.date_range : undefined);
  const bucket = buckets?.find((one) => one === state.bucket) ?? buckets?.[0];
  const series = useAnswer(bucket && seriesQuestion(state, bucket));

  useEffect(() => {
    const period = typeof state.range === 'string' ? rangeNames[state.range] : state.range.join(' to ');
    document.title = `${siteName(state.site)}, ${period} · Footfall`;
  }, [state.site, state.range]);

  return (
    <div class="dashboard">
      <Header meta={answer?.meta} />
      {state.site === SAMPLE_SITE && <SampleBanner />}
      <main>
        <h1 class="hidden">{siteName(state.site)}</h1>
        <Chips />
        <Trouble error={headline.error ?? series.error} />
        <section class="card main-card" aria-label="Overview">
          <Headline asked={headline} />
          <Graph asked={series} buckets={buckets ?? []} />
        </section>
        <div class="panels">
          <Panel name="sources" dimensions={panels.sources} more="UTM" visitors={visitors} />
          <Panel name="pages" dimensions={panels.pages} visitors={visitors} />
          <Panel name="places" dimensions={panels.places} visitors={visitors} />
          <Panel name="devices" dimensions={panels.devices} visitors={visitors} />
          <EventPanels />
        </div>
        <Refused dates={answer && datesOf(answer.meta.date_range)} />
      </main>
      <Footer meta={answer?.meta} />
      {state.detail && <Detail detail={state.detail} key={state.detail.dimension} />}
    </div>
  );
}

/** What a reader of these numbers should know. */
function Footer({ meta }: { meta: Answer['meta'] | undefined }) {
  const [asOf, setAsOf] = useState<number>();
  useEffect(() => {
    if (meta) setAsOf(meta.as_of);
  }, [meta?.as_of]);
  return (
    <footer class="footer">
      {meta?.notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      <p>
        {asOf !== undefined && `As of ${formatClock(asOf)}. `}
        {meta && `Days are those of ${meta.time_zone}. `}
        No cookies, no addresses kept.{' '}
        <a class="text-link" href="api/v1/reference">
          The API behind this page
        </a>
      </p>
    </footer>
  );
}
