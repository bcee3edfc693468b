import type { QuestionInput } from '../core/question.ts';

/** Ten questions of a dashboard. `plain-tables.ts` has the same in SQL, by name. */
export interface DashboardQuestion {
  name: string;
  question: Omit<QuestionInput, 'site_id' | 'date_range'>;
}

const headline: QuestionInput['metrics'] = [
  'visitors',
  'visits',
  'pageviews',
  'views_per_visit',
  'bounce_rate',
  'visit_duration',
];
const panel = { pagination: { limit: 8 }, include: { total_rows: true } } as const;

export const dashboardQuestions: DashboardQuestion[] = [
  { name: 'headline numbers', question: { metrics: headline } },
  {
    name: 'visitors by day',
    question: { metrics: ['visitors'], dimensions: ['time:day'], pagination: { limit: 1000 } },
  },
  {
    name: 'page views by day',
    question: { metrics: ['pageviews'], dimensions: ['time:day'], pagination: { limit: 1000 } },
  },
  { name: 'top pages', question: { metrics: ['visitors'], dimensions: ['page'], ...panel } },
  { name: 'entry pages', question: { metrics: ['visitors', 'bounce_rate'], dimensions: ['entry_page'], ...panel } },
  { name: 'sources', question: { metrics: ['visitors'], dimensions: ['source'], ...panel } },
  { name: 'countries', question: { metrics: ['visitors'], dimensions: ['country'], ...panel } },
  {
    name: 'custom events',
    question: {
      metrics: ['events', 'visitors'],
      dimensions: ['event'],
      filters: [['is_not', 'event', ['pageview']]],
      ...panel,
    },
  },
  {
    name: 'headline of a country and browser',
    question: {
      metrics: headline,
      filters: [
        ['is', 'country', ['DE']],
        ['is', 'browser', ['Chrome']],
      ],
    },
  },
  {
    name: 'pages of a source',
    question: { metrics: ['visitors'], dimensions: ['page'], filters: [['is', 'source', ['Google']]], ...panel },
  },
];
