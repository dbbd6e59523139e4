import Counts

/// The Lua scripts that Redis runs atomically. Each script does all its checks before it writes, because an error
/// inside a script does not undo earlier writes. The server identifies a loaded script by its hash. It forgets scripts
/// when it is restarted, and they are then sent again.
///
/// Cost: about 1.3 ns for each byte that enters Lua (measured with Redis 7.0.15 and two values per write: 44 us for
/// values of 16 KB, 24 us for 8 KB, 5 us for 500 B). So counts do not pass through Lua on the way to and from the
/// shards. Plain commands write new values to keys next to those that they replace, and a script compares and then
/// renames them (12, 9 and 6 us). Reads are plain commands. Only what is appended to a total goes through Lua, and it
/// is short where appending pays.
///
/// Generations are at most 2^53, so that Lua's numbers represent them exactly. Scripts that read the server's clock and
/// then write need Redis 5.
enum Script: CaseIterable, Sendable, Hashable {
    case write, repair, record, forget, create, mark, remove, claim, report, pace, publish, withdraw, memory

    /// The answer of a script that has succeeded.
    static let done = "done"
    static let conflict = "conflict"
    static let superseded = "superseded"

    var source: String {
        switch self {
        case .write:
            // KEYS: the block, the new contribution, the key to which it is renamed, the total, and, unless the kind
            // is "append", the new total. ARGV: the kind ("append", "replace" or "start over"); tag field, expected
            // tag ("" for none), tag; expected identity of the words ("" for none). Then for "append": the bytes.
            // Otherwise: expected version ("" for none), new version, the length of the total that was read ("" for
            // none) and its last bytes. Then the word list and its identity if it has grown. The new values begin with
            // their tag or version: if they are missing, or those of another process, that is a conflict.
            Self.parts + Self.readable + Self.fence + """

                local kind, new = ARGV[1], ARGV[4]
                local stored = redis.call('HMGET', KEYS[1],
                  '\(KeySchema.version)', ARGV[2], '\(KeySchema.wordsIdentity)')
                local version, tag, words = stored[1] or '', stored[2] or '', stored[3] or ''
                local obstacle, rest
                if tag ~= ARGV[3] then tag = contribution_tag(tag) end
                if tag ~= '' and is_later(tag:match('^%d+'), new:match('^%d+')) then obstacle = 'superseded'
                elseif tag ~= ARGV[3] then obstacle = 'conflict'
                elseif words ~= ARGV[5] and kind ~= 'start over' and digits(words) ~= ARGV[5] then obstacle = 'conflict'
                elseif redis.call('GETRANGE', KEYS[2], 0, 15) ~= new:sub(-16) then obstacle = 'conflict'
                elseif kind == 'append' then
                  rest = ARGV[6]
                  if digits(version) == '' or redis.call('GETRANGE', KEYS[4], 0, 15) ~= version then
                    obstacle = 'conflict'
                  end
                elseif version ~= ARGV[6] and digits(version) ~= ARGV[6] then obstacle = 'conflict'
                elseif redis.call('GETRANGE', KEYS[5], 0, 15) ~= ARGV[7] then obstacle = 'conflict'
                elseif kind == 'replace' and ARGV[8] ~= '' then
                  rest = redis.call('GETRANGE', KEYS[4], 16 + tonumber(ARGV[8]) - #ARGV[9], -1)
                  if rest == ARGV[9] then rest = nil
                  elseif rest:sub(1, #ARGV[9]) ~= ARGV[9] then obstacle = 'conflict'
                  else rest = rest:sub(#ARGV[9] + 1) end
                end
                if obstacle then
                  redis.call('UNLINK', KEYS[2], KEYS[5] or KEYS[2])
                  return obstacle
                end
                local fields = {ARGV[2], new}
                local words_at = 7
                if kind ~= 'append' then
                  words_at = 10
                  if kind == 'start over' then
                    for _, part in ipairs(parts(KEYS[1])) do
                      if part ~= KEYS[2] and part ~= KEYS[5] then redis.call('UNLINK', part) end
                    end
                    redis.call('UNLINK', KEYS[1])
                  end
                  redis.call('RENAME', KEYS[5], KEYS[4])
                  fields[3], fields[4] = '\(KeySchema.version)', ARGV[7]
                end
                if rest then redis.call('APPEND', KEYS[4], rest) end
                redis.call('RENAME', KEYS[2], KEYS[3])
                if ARGV[words_at] then
                  redis.call('HSET', KEYS[1], '\(KeySchema.words)', ARGV[words_at],
                    '\(KeySchema.wordsIdentity)', ARGV[words_at + 1])
                end
                redis.call('HSET', KEYS[1], unpack(fields))
                return 'done'
                """
        case .repair:
            // KEYS: the block. ARGV: expected version ("" for none), the length of the total that was read ("" for
            // none) and its last bytes, new version, total ("" to remove the block), the number of shards whose
            // contributions are removed, these shards, then pairs of a shard and the new tag of its contribution.
            Self.parts + Self.readable + """

                local version = digits(redis.call('HGET', KEYS[1], '\(KeySchema.version)'))
                if version ~= ARGV[1] then return 'conflict' end
                if version ~= '' then
                  local total, length = KEYS[1] .. ':n', ''
                  if redis.call('GETRANGE', total, 0, 15) == version then
                    length = tostring(redis.call('STRLEN', total) - 16)
                    if length == '0' then length = '' end
                  end
                  if length ~= ARGV[2] then return 'conflict' end
                  if length ~= '' and redis.call('GETRANGE', total, -#ARGV[3], -1) ~= ARGV[3] then return 'conflict' end
                end
                if ARGV[5] == '' then
                  for _, part in ipairs(parts(KEYS[1])) do redis.call('UNLINK', part) end
                  redis.call('UNLINK', KEYS[1])
                  return 'done'
                end
                local last = 6 + tonumber(ARGV[6])
                for i = 7, last do
                  redis.call('HDEL', KEYS[1], 't/' .. ARGV[i])
                  redis.call('UNLINK', KEYS[1] .. ':c/' .. ARGV[i])
                end
                for i = last + 1, #ARGV, 2 do
                  redis.call('HSET', KEYS[1], 't/' .. ARGV[i], ARGV[i + 1])
                  redis.call('SETRANGE', KEYS[1] .. ':c/' .. ARGV[i], 0, ARGV[i + 1]:match('%x+$'))
                end
                redis.call('SET', KEYS[1] .. ':n', ARGV[4] .. ARGV[5])
                redis.call('HSET', KEYS[1], '\(KeySchema.version)', ARGV[4])
                return 'done'
                """
        case .record:
            // KEYS: the block. Answers with its fields and values, and then with the suffixes of the keys of its parts
            // and their values, as one consistent snapshot.
            Self.parts + """

                local all = redis.call('HGETALL', KEYS[1])
                for _, part in ipairs(parts(KEYS[1])) do
                  local value = redis.call('GET', part)
                  if value then
                    all[#all + 1] = part:sub(#KEYS[1] + 1)
                    all[#all + 1] = value
                  end
                end
                return all
                """
        case .memory:
            // KEYS: a block, or another key. Answers with the memory of the key and its parts, in bytes.
            Self.parts + """

                local bytes = redis.call('MEMORY', 'USAGE', KEYS[1], 'SAMPLES', 0) or 0
                if bytes == 0 or KEYS[1]:sub(-1) ~= '}' or KEYS[1]:find('/[dw]/') then return bytes end
                for _, part in ipairs(parts(KEYS[1])) do
                  bytes = bytes + (redis.call('MEMORY', 'USAGE', part, 'SAMPLES', 0) or 0)
                end
                return bytes
                """
        case .forget:
            // KEYS: the block. Answers with the number of keys removed.
            Self.parts + """

                local version = redis.pcall('HGET', KEYS[1], '\(KeySchema.version)')
                if type(version) == 'table' and version.err and version.err:find('WRONGTYPE') then
                  return redis.call('UNLINK', KEYS[1])
                end
                local removed = 0
                for _, part in ipairs(parts(KEYS[1])) do removed = removed + redis.call('UNLINK', part) end
                return removed + redis.call('UNLINK', KEYS[1])
                """
        case .create:
            // KEYS: manifest, shards, pace. ARGV: the id to replace ("" for none), then the manifest's fields and
            // values. Answers with the manifest that is stored afterwards.
            """
            local id = redis.call('HGET', KEYS[1], 'id')
            if not id or id == ARGV[1] then
              if id then redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3]) end
              redis.call('HSET', KEYS[1], unpack(ARGV, 2))
            end
            return redis.call('HGETALL', KEYS[1])
            """
        case .mark:
            // KEYS: the copy of the manifest on a server other than the first. ARGV: its fields and values.
            // An existing copy is kept if it is of the same run, or if it names another set of servers. Answers with
            // the copy that is stored afterwards.
            """
            local given = {}
            for i = 1, #ARGV, 2 do given[ARGV[i]] = ARGV[i + 1] end
            local stored = redis.call('HMGET', KEYS[1], 'id', 'server', 'servers')
            local replaced = stored[1] ~= given.id and stored[2] == given.server and stored[3] == given.servers
            if not stored[1] or replaced then
              redis.call('UNLINK', KEYS[1])
              redis.call('HSET', KEYS[1], unpack(ARGV))
            end
            return redis.call('HGETALL', KEYS[1])
            """
        case .remove:
            // KEYS: manifest, shards, pace. ARGV: the id of the run ("" for none). Answers with the number of keys
            // removed: 0 if another run has taken the name.
            """
            if (redis.call('HGET', KEYS[1], 'id') or '') ~= ARGV[1] then return 0 end
            return redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3])
            """
        case .claim:
            // KEYS: shards. ARGV: generation field, proposed generation. Answers with the generation to use.
            """
            local stored = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '')
            local generation = tonumber(ARGV[2])
            if stored and stored >= generation then
              local now = redis.call('TIME')[1] * 1000 * 4096
              if stored <= math.max(now, generation) + \(Generation.maxLead) then generation = stored + 1 end
            end
            local text = string.format('%.0f', generation)
            redis.call('HSET', KEYS[1], ARGV[1], text)
            return text
            """
        case .report:
            // KEYS: shards, pace. ARGV: generation field, generation, progress field, progress, time field, shard,
            // its value in the index `pace`.
            Self.fence + """

                if is_later(redis.call('HGET', KEYS[1], ARGV[1]), ARGV[2]) then return 'superseded' end
                local now = redis.call('TIME')
                local milliseconds = now[1] .. string.format('%03d', math.floor(now[2] / 1000))
                redis.call('ZADD', KEYS[2], ARGV[7], ARGV[6])
                redis.call('HSET', KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], milliseconds)
                return 'done'
                """
        case .pace:
            // KEYS: shards, pace. ARGV: the milliseconds after which a shard is silent. Answers with the number of
            // shards that have reported, the number of unfinished ones, and up to two pairs of a shard and its
            // sweeps. Silent shards are moved to the unfinished ones for which no shard waits, so each is looked at
            // only once; its next report moves it back.
            """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + time[2] / 1000
            local slowest = {}
            while #slowest < 4 do
              local first = #slowest / 2
              local entry = redis.call('ZRANGE', KEYS[2], first, first, 'WITHSCORES')
              if not entry[1] or tonumber(entry[2]) >= \(KeySchema.unfinished) then break end
              local heard = tonumber(redis.call('HGET', KEYS[1], '\(KeySchema.heardPrefix)' .. entry[1]) or '')
              local sweeps = tonumber(entry[2])
              -- What no report could have written. The next report of the shard replaces it.
              if not heard or not entry[1]:find('^%d+$') or sweeps < 0 or sweeps ~= math.floor(sweeps) then
                redis.call('ZREM', KEYS[2], entry[1])
              elseif not (math.abs(now - heard) < tonumber(ARGV[1])) then
                redis.call('ZADD', KEYS[2], '\(KeySchema.unfinished)', entry[1])
              else
                slowest[#slowest + 1] = entry[1]
                slowest[#slowest + 1] = string.format('%.0f', entry[2])
              end
            end
            return {tostring(redis.call('ZCOUNT', KEYS[2], '-inf', '+inf')),
              tostring(redis.call('ZCOUNT', KEYS[2], '-inf', '\(KeySchema.unfinished)')), unpack(slowest)}
            """
        case .publish:
            // KEYS: the shard's documents. ARGV: generation, then the field and the value of a chunk, if there is one.
            Self.fence + """

                if is_later(redis.call('HGET', KEYS[1], '\(KeySchema.publisher)'), ARGV[1]) then return 'superseded' end
                redis.call('HSET', KEYS[1], '\(KeySchema.publisher)', unpack(ARGV))
                return 'done'
                """
        case .withdraw:
            // KEYS: the shard's documents. ARGV: generation.
            Self.fence + """

                if is_later(redis.call('HGET', KEYS[1], '\(KeySchema.publisher)'), ARGV[1]) then return 'superseded' end
                redis.call('UNLINK', KEYS[1])
                redis.call('HSET', KEYS[1], '\(KeySchema.publisher)', ARGV[1])
                return 'done'
                """
        }
    }

    /// Returns the command of this script that the Redis user is not permitted to run, if that is the error. Redis 7.0
    /// reports only the line number.
    func command(deniedBy error: ServerError) -> String? {
        guard error.isDenialInScript,
            let line = error.message.firstMatch(of: /@user_script:\s*(\d+)/).flatMap({ Int($0.1) }),
            let text = source.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(line - 1).first
        else { return nil }
        return text.firstMatch(of: /redis\.call\('(\w+)'/).map { String($0.1) }
    }

    /// Lua functions that return a stored version, identity or tag, or "" if no process could have written the value.
    /// (`BlockVersion` and `ContributionTag` must parse stored values in the same way; if they differed, writes would
    /// be refused forever.)
    private static let readable = """

        local function digits(value)
          if not value or #value ~= 16 or value:find('[^0-9a-f]') then return '' end
          return value
        end
        local function contribution_tag(value)
          local generation, sweep, nonce = (value or ''):match('^(%d+) (%d+) (%x+)$')
          if not generation or digits(nonce) == '' or #generation > 16 or #sweep > \(ContributionTag.sweepDigits)
            or generation:find('^0.') or sweep:find('^0.') or tonumber(generation) > 2 ^ 53 then return '' end
          return value
        end
        """

    /// A Lua function that returns whether a stored generation supersedes one (`Generation.isSuperseded`).
    private static let fence = """

        local function is_later(stored, generation)
          local lead = (tonumber(stored or '') or 0) - tonumber(generation)
          return lead > 0 and lead <= \(Generation.maxLead)
        end
        """

    /// A Lua function that returns the other keys of a block: its total, and for each shard that has a tag the keys of
    /// its contribution and of the values that it is about to write.
    private static let parts = """
        local function parts(block)
          local parts = {block .. ':n'}
          for _, field in ipairs(redis.call('HKEYS', block)) do
            local shard = field:match('^t/(%d+)$')
            if shard then
              for _, part in ipairs({':c/' .. shard, ':n/' .. shard, ':c/' .. shard .. '/n'}) do
                parts[#parts + 1] = block .. part
              end
            end
          end
          return parts
        end
        """
}
