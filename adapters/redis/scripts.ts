/**
 * What Redis does in one stroke each, as Lua. KEYS[1] is the log's hash where a script needs it.
 *
 * The id of an entry is `NUMBER-TAG`. The numbers of a partition follow one another without a gap and never go back, for a
 * stream remembers the last id even when it is trimmed empty: so what is missing can be told by counting. The tag is
 * random, one an append: so an entry that came in the place of one that was lost is not taken for it.
 *
 * `#!lua` makes a replica refuse a script (READONLY), also one that only reads: what a replica lacks is not lost.
 * `allow-oom`: what is full must still be read and trimmed.
 */

/** Which log this is; a new one if there is none: it was never made, or Redis has lost everything. */
const IDENTITY = `
local function identity(fresh, partitions)
  local found = redis.call('HMGET', KEYS[1], 'incarnation', 'partitions')
  if found[1] then return found[1], found[2] end
  redis.call('HSET', KEYS[1], 'incarnation', fresh, 'partitions', partitions)
  return fresh, partitions
end
`;

const NUMBER = `
local function number(id) return tonumber(string.match(id, '^%d+')) end
`;

/** The id that was given last. */
const LAST = `
local function last(stream)
  if redis.call('EXISTS', stream) == 0 then return '0-0' end
  local info = redis.call('XINFO', 'STREAM', stream)
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then return info[i + 1] end
  end
end
`;

/** ARGV: incarnation and partitions of a log that has to be made. Answers those of the log that is there. */
export const OPEN = `#!lua
${IDENTITY}
return { identity(ARGV[1], ARGV[2]) }
`;

/**
 * Appends all or nothing. KEYS: the hash, all streams. ARGV: incarnation and partitions of a new log, entries it may hold,
 * entries to come, tag, ms of now, the incarnation in which something was acknowledged to this appender; then by
 * partition: its number, the id acknowledged last, how many bodies, the bodies.
 *
 * Answers `full`; `partitions` and how many there are; or `ok`, the incarnation, and by partition the last id.
 *
 * An acknowledged entry that is not there was lost by a failover or a restored backup, and others may be lost with it,
 * read or not. Then this is another log: whoever reads it reads it from its start, and tells of a loss.
 */
export const APPEND = `#!lua
${IDENTITY}${NUMBER}${LAST}
local function lost(stream, id, tail)
  if tail == id then return false end
  if number(tail) < number(id) then return true end
  local there = redis.call('XRANGE', stream, number(id), number(id), 'COUNT', 1)[1]
  return there and there[1] ~= id
end

local incarnation, partitions = identity(ARGV[1], ARGV[2])
if partitions ~= ARGV[2] then return { 'partitions', partitions } end
local room = tonumber(ARGV[3])
for i = 2, #KEYS do room = room - redis.call('XLEN', KEYS[i]) end
if tonumber(ARGV[4]) > room then return { 'full' } end

local tag, now, known = ARGV[5], ARGV[6], ARGV[7]
local ends = {}
local at = 8
while at <= #ARGV do
  local stream, acknowledged, count = KEYS[ARGV[at] + 2], ARGV[at + 1], tonumber(ARGV[at + 2])
  local id = last(stream)
  if incarnation == known and acknowledged ~= '' and lost(stream, acknowledged, id) then
    incarnation = ARGV[1]
    redis.call('HSET', KEYS[1], 'incarnation', incarnation)
  end
  local before = number(id)
  for i = 1, count do
    id = string.format('%.0f-%s', before + i, tag)
    redis.call('XADD', stream, id, 'at', now, 'body', ARGV[at + 2 + i])
  end
  ends[#ends + 1] = id
  at = at + 3 + count
end
return { 'ok', incarnation, unpack(ends) }
`;

/**
 * KEYS: the hash, a stream. ARGV: incarnation and partitions of a new log, the position's incarnation and offset, and how
 * many entries and bytes to answer at most.
 *
 * Answers the incarnation, the last id if there are no entries, then ids and bodies, without the position's own. It looks
 * from the first id with the position's number, so that an entry in its place is seen. Piece by piece, so that large entries are not all taken up before their bytes are counted.
 */
export const READ = `#!lua flags=allow-oom
${IDENTITY}${NUMBER}${LAST}
local PIECE = 16
local incarnation = identity(ARGV[1], ARGV[2])
local after = ARGV[3] == incarnation and ARGV[4] or '0-0'
local entriesMax, bytesMax = tonumber(ARGV[5]), tonumber(ARGV[6])
local bytes, count = 0, 0
local answer = { incarnation, '' }

local function take(id, body)
  if id == after then return true end
  bytes = bytes + #body
  if count == entriesMax or (count > 0 and bytes > bytesMax) then return false end
  count = count + 1
  answer[#answer + 1] = id
  answer[#answer + 1] = body
  return true
end

local from, more = number(after), true
while more do
  local piece = redis.call('XRANGE', KEYS[2], from, '+', 'COUNT', PIECE)
  more = #piece == PIECE
  for _, entry in ipairs(piece) do
    if not take(entry[1], entry[2][4] or '') then
      more = false
      break
    end
    from = '(' .. entry[1]
  end
end
if count == 0 then answer[2] = last(KEYS[2]) end
return answer
`;

/**
 * KEYS: the hash, a stream. ARGV: the position's incarnation and offset. Does nothing if the position's entry is not there:
 * what then lies before it may be other entries, that nobody has read.
 */
export const TRIM = `#!lua flags=allow-oom
${NUMBER}
if redis.call('HGET', KEYS[1], 'incarnation') ~= ARGV[1] then return 0 end
if #redis.call('XRANGE', KEYS[2], ARGV[2], ARGV[2]) == 0 then return 0 end
return redis.call('XTRIM', KEYS[2], 'MINID', string.format('%.0f', number(ARGV[2]) + 1))
`;

/** KEYS: all streams. Answers how many entries there are, and when the oldest was appended. */
export const DEPTH = `#!lua flags=allow-oom
local entries, oldest = 0, nil
for _, stream in ipairs(KEYS) do
  entries = entries + redis.call('XLEN', stream)
  local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
  local at = first and tonumber(first[2][2])
  if at and (not oldest or at < oldest) then oldest = at end
end
return { entries, oldest or false }
`;
