/**
 * Every limit, timeout and retention time of the server side, with its default and its unit (last in the name).
 * `server/config.ts` lets the environment change them; `docs/settings.md` explains them. The limits of one batch from a
 * browser are in `sdk/src/wire.ts`.
 */
export const limits = {
  /** Bytes of one request to a server's door (`/event`). */
  serverBodyBytesMax: 1024 * 1024,
  /** Events of one request to a server's door. */
  serverEventsMax: 2000,
  /** Characters of a raw user agent that are looked at; cut before any regular expression sees it. */
  userAgentCharsMax: 512,
  /** Age in ms up to which a browser's event is taken, and a server's without the site's key. */
  eventAgeMsMax: 24 * 60 * 60 * 1000,
  /** How far in ms a server's timestamp may lie ahead of our clock; up to this it is set to the time of arrival. */
  clockAheadMsMax: 24 * 60 * 60 * 1000,
  /** Events of one visitor on one day that build visits; past it they count as page views and events only. */
  visitorDayEventsMax: 5000,
  /** Distinct paths of one site and day in the seed's `stats`; further ones count under `(other)`. */
  statsPathsMax: 200_000,
  /** Paths in an answer of `GET /stats`. */
  topPathsMax: 10,
  /** Events a minute from one visitor to one site; the rest is answered 429. */
  visitorEventsPerMinuteMax: 3000,
  /** Events a minute to one site; the rest is answered 429. */
  siteEventsPerMinuteMax: 3_000_000,
  /** Sites that come into being with their first event while the collector listens on loopback. */
  autoSitesMax: 100,
  /** Different sites in one request to a server's door. */
  serverSitesMax: 100,
  /** Counters by which the visitors' limit is kept, whatever the number of visitors; a power of 2. */
  rateSlots: 65_536,
  /** Seconds a collector may use what it knows of a site before it looks again. */
  siteCacheSeconds: 10,
  /** Sites a collector keeps in memory, and as many ids of which it knows that they are none. */
  siteCacheMax: 10_000,
  /** Salts a collector keeps in memory: two or three a site. */
  saltCacheMax: 30_000,
  /** ms between two looks for salts that have died and for tomorrow's that are not there yet. */
  saltCheckMs: 60_000,
  /** Different user agents whose browser, system and device a collector keeps in memory. */
  agentCacheMax: 5000,
  /** Different places that a collector keeps in memory, each by its number in the file. */
  placeCacheMax: 20_000,
  /** Seconds between two looks whether the file with the places has changed. */
  placesCheckSeconds: 60,
  /** ms between two writes of the counts of refused events to the queue. */
  refusalFlushMs: 1000,
  /** Different counts (site, day, reason) of refused events in memory; further ones count without their site. */
  refusalKeysMax: 10_000,
  /** Refusals of a site that its owner can look at, and hours for which. */
  refusalsKeptMax: 100,
  refusalsKeptHours: 48,
  /** ms between two writes of them to the store; sites of one write, and sites in memory. */
  refusalLogFlushMs: 10_000,
  refusalLogFlushSitesMax: 100,
  refusalLogSitesMax: 1000,
  /** Entries that wait in memory for the queue to become durable; past it 503. */
  appendPendingMax: 20_000,
  /** Entries in the queue; past it 503. */
  queueEntriesMax: 5_000_000,
  /** Bytes of the embedded queue's file; past it 503. */
  queueBytesMax: 8 * 1024 * 1024 * 1024,
  /** ms in which a queue that is a server of its own (Redis) must answer; then 503, and a new connection. */
  queueCommandMsMax: 5000,
  /** Entries and bytes of different callers that go to Redis together: it does nothing else meanwhile. */
  queueGroupEntriesMax: 500,
  queueGroupBytesMax: 1024 * 1024,
  /** Hours for which applied entries stay in Kafka, for other programs and for a log that has to be read again. */
  kafkaRetentionHours: 168,
  /** ms for which a process has a partition of a shared queue; it renews that in time, and others take over after its death. */
  leaseMs: 10_000,
  /** Bytes that a collector keeps on its disk while the queue is away; past it 503. */
  spillBytesMax: 1024 * 1024 * 1024,
  /** ms between two tries to reach a queue that is away. */
  spillRetryMs: 1000,
  /** Seconds in `Retry-After` of a 503 and a 429. */
  retryAfterSeconds: 5,
  /** Entries the worker reads at once from a partition. */
  readEntriesMax: 2000,
  /** Bytes the worker reads at once from a partition. */
  readBytesMax: 4 * 1024 * 1024,
  /** ms the worker waits for new entries before it looks at its orders again. */
  readWaitMs: 1000,
  /** ms between two looks into an idle queue. */
  pollMs: 25,
  /** First and longest pause in ms after an error of the queue or the store. */
  retryMsMin: 50,
  retryMsMax: 5000,
  /** How often one single entry is tried before it goes into quarantine. */
  poisonTriesMax: 3,
  /** Days for which ids are kept, so that a repeated event is known. */
  idsDays: 8,
  /** Days for which an erasure keeps what it erased from coming back. */
  tombstoneDays: 7,
  /** Hours a salt lives after its day has ended. */
  saltHours: 24,
  /** ms in which the collector says of a failure of the queue or the store only once that it happened. */
  logRepeatMs: 10_000,
  /** ms between two runs of the worker's housekeeping (salts, ids, tombstones). */
  sweepMs: 60_000,
  /** ms for a request's headers and body to arrive; then 408. */
  requestMsMax: 15_000,
  /** ms that one question may take, waiting not included; then 504. */
  questionMsMax: 10_000,
  /** Questions that are worked on at once. Each takes one of the four threads that Node.js has for such work. */
  questionsAtOnceMax: 2,
  /** Questions that wait for others to end; past it 503. */
  questionsWaitingMax: 100,
  /** Bytes of one question. */
  questionBodyBytesMax: 256 * 1024,
  /** Characters of a regular expression in a question. */
  patternCharsMax: 500,
  /** ms that an export of visits may take until it is sent; then 504, or the end of the answer. */
  exportMsMax: 10 * 60 * 1000,
  /** Rows of the store that an export of events reads at once. */
  exportReadRowsMax: 5000,
  /** Memory of the replica and all questions together; a question that needs more is answered 503. */
  replicaMemoryBytesMax: 1024 * 1024 * 1024,
  /** Bytes that sorting and grouping may put into a temporary file when memory does not do. */
  replicaTempBytesMax: 4 * 1024 * 1024 * 1024,
  /** Threads of the replica's database. */
  replicaThreadsMax: 2,
  /** ms between two looks of the replica at what changed in the store. */
  replicaPollMs: 200,
  /** Rows that the replica takes over in one step. */
  replicaReadRowsMax: 20_000,
  /** Hours after a day's beginning in UTC during which its visits are expected to change. */
  replicaRecentHours: 72,
  /** Events among the recent ones past which older ones are laid by at once, and not only now and then. */
  replicaRecentRowsMax: 1_000_000,
  /** ms between two times that the replica lays by what is not recent any more. */
  replicaSettleMs: 10 * 60 * 1000,
  /** Bytes of one line of an imported file. */
  importLineBytesMax: 1024 * 1024,
  /** Events and bytes of an imported file that go into the queue together. */
  importEventsMax: 500,
  importBytesMax: 1024 * 1024,
  /** Entries that an import has in the queue at most before it waits for the worker: live traffic stands behind them. */
  importAheadEntriesMax: 40,
  /** ms that an import waits for a queue that is full, or a worker that does not come to it, before it gives up. */
  importWaitMsMax: 10 * 60 * 1000,
  /** Hours that the salts of imported days live if their import does not end. */
  importSaltHours: 48,
  /** ms between two looks at a file that is followed. */
  importFollowMs: 250,
  /** ms to find a MongoDB that takes writes, and to connect to it; then it is unavailable. */
  storeConnectMsMax: 5000,
  /** ms that MongoDB may take to answer one command, and to have it on the majority of its disks; then it is unavailable. */
  storeCommandMsMax: 15_000,
  /** ms for which a batch is tried again where another's transaction is in its way; one that takes as long by itself is cut. MongoDB ends it after 60,000. */
  storeTransactionMsMax: 30_000,
  /** ms for which a worker waits for the unfinished transaction of another before it ends that. */
  storeOwnerMsMax: 2000,
  /** Bytes of one visitor's day in MongoDB, whose documents have at most 16 MB; past it events count as past the day's limit of events. */
  visitorDayBytesMax: 12 * 1024 * 1024,
  /** ms that a start waits for a queue or a store which is away. */
  startMsMax: 60_000,
  /** ms that `footfall health` waits for an answer. */
  healthMsMax: 5000,
  /** ms that a shutdown may take. */
  shutdownMsMax: 10_000,
} as const;

/** The limits as numbers that a caller may change. */
export type Limits = { -readonly [K in keyof typeof limits]: number };

/** Partitions of a data folder, fixed when it is made. */
export const PARTITIONS_DEFAULT = 8;
