import type { Document } from 'mongodb';

/** A view: what it is made of, and how. */
export interface View {
  name: string;
  viewOn: string;
  pipeline: Document[];
}

/** Paths of a day in the view `stats`: a document has at most 16 MB, and a path may have 2,000 characters. */
const VIEW_PATHS_MAX = 1000;

/**
 * The collections of the first seed, with their documented fields, for whoever reads the database. `site_id` and `date`
 * are asked for by an index.
 *
 * - `events`: an event's `event_type` is `page_view` for a page view, as in the seed, and else its name. `user_id` is there
 *   where the site passed one. Ours come in addition.
 * - `stats`: `paths` holds the 1,000 most viewed paths of a day; all of them are in the collection `paths`.
 * - `unique_users`: `user_id` is what the site passed, or the visitor's key, which lives for one day.
 */
export const views: View[] = [
  {
    name: 'events',
    viewOn: 'event_groups',
    pipeline: [
      { $unwind: '$events' },
      {
        $project: {
          _id: 0,
          event_id: '$events.event_id',
          site_id: 1,
          event_type: '$events.event_type',
          path: '$events.path',
          user_id: '$events.user_id',
          timestamp: '$events.timestamp',
          date: 1,
          received: '$events.received',
          utc_offset: '$events.utc_offset',
          visitor: '$events.visitor',
          hostname: '$events.hostname',
          title: '$events.title',
          context: '$events.context',
          acquisition: '$events.acquisition',
          props: '$events.props',
          interactive: '$events.interactive',
          view: '$events.view',
          engaged_ms: '$events.engaged_ms',
          depth: '$events.depth',
        },
      },
    ],
  },
  {
    name: 'stats',
    viewOn: 'days',
    pipeline: [
      {
        $lookup: {
          from: 'paths',
          let: { site: '$site_id', day: '$date' },
          pipeline: [
            { $match: { $expr: { $and: [{ $eq: ['$site_id', '$$site'] }, { $eq: ['$date', '$$day'] }] } } },
            { $match: { views: { $gt: 0 } } },
            { $sort: { views: -1, path: 1 } },
            { $limit: VIEW_PATHS_MAX },
            // A field's name cannot hold the character 0.
            {
              $project: {
                _id: 0,
                k: { $replaceAll: { input: '$path', find: '\0', replacement: '\ufffd' } },
                v: '$views',
              },
            },
          ],
          as: 'paths',
        },
      },
      { $project: { _id: 0, site_id: 1, date: 1, total_views: 1, paths: { $arrayToObject: '$paths' } } },
    ],
  },
  {
    name: 'unique_users',
    viewOn: 'visits',
    pipeline: [
      { $match: { first_seen: { $exists: true } } },
      {
        $project: {
          _id: 0,
          site_id: 1,
          date: 1,
          // A visitor's key without the letter that says what it is made of.
          user_id: { $substrCP: ['$visitor', 1, { $strLenCP: '$visitor' }] },
          first_seen: 1,
        },
      },
    ],
  },
];
