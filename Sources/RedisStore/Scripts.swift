import Counts

/// What Redis does in one step for us, in Lua. Each script first checks all, then writes: an error inside a script does
/// not undo what it has written before. The server knows a script by its hash once it has been loaded; it forgets it
/// when restarted, and is then sent it again.
///
/// Cost: about 1.3 ns for every byte that enters Lua (measured with Redis 7.0.15, two values a write: 44 us for
/// values of 16 KB, 24 of 8 KB, 5 of 500 B). So counts never do on the way to and from the shards: a write is put
/// beside what it is to replace by plain commands, and a script that compares first renames it (12, 9 and 6 us);
/// reads are plain commands. Only what is appended to a total, which is short where that pays, goes through Lua.
///
/// Generations are at most 2^53, so that Lua's numbers hold them exactly. Scripts that read the server's clock and then
/// write need Redis 5.
enum Script: CaseIterable, Sendable, Hashable {
    case write, repair, record, forget, create, mark, remove, claim, report, publish, withdraw, memory

    /// The answer of a script that did what it was asked.
    static let done = "done"
    static let conflict = "conflict"
    static let superseded = "superseded"

    var source: String {
        switch self {
        case .write:
            // KEYS: the block, the contribution to come and its place, the total, and, unless the total is appended
            // to, the total to come. ARGV: "append", "replace" or "start over"; tag field, expected tag ("" for
            // none), tag; expected identity of the words ("" for none). Then to append: the bytes. Else: expected
            // version ("" for none), new version, the length of the total that was read ("" for none) and its last
            // bytes. Then the word list and its identity if it has grown. What is to come says whose it is: if it is
            // gone, or another process's, that is a conflict.
            Self.parts + Self.readable + """

                local kind, new = ARGV[1], ARGV[4]
                local stored = redis.call('HMGET', KEYS[1],
                  '\(KeySchema.version)', ARGV[2], '\(KeySchema.wordsIdentity)')
                local version, tag, words = stored[1] or '', stored[2] or '', stored[3] or ''
                local obstacle, rest
                if tag ~= ARGV[3] then tag = contribution_tag(tag) end
                if tag ~= '' and tonumber(tag:match('^%d+')) > tonumber(new:match('^%d+')) then obstacle = 'superseded'
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
            // none) and its last bytes, new version, total ("" to remove the block), how many shards' contributions
            // to remove, these shards, then shards and the tags their contributions are to have.
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
            // KEYS: the block. Answers with its fields and values, and then the ends of the names of its parts and
            // their values: all of one moment.
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
            // KEYS: a block, or another key. Answers with the memory it takes with its parts, in bytes.
            Self.parts + """

                local bytes = redis.call('MEMORY', 'USAGE', KEYS[1], 'SAMPLES', 0) or 0
                if bytes == 0 or KEYS[1]:sub(-1) ~= '}' or KEYS[1]:find('/d/') then return bytes end
                for _, part in ipairs(parts(KEYS[1])) do
                  bytes = bytes + (redis.call('MEMORY', 'USAGE', part, 'SAMPLES', 0) or 0)
                end
                return bytes
                """
        case .forget:
            // KEYS: the block. Answers with the keys removed.
            Self.parts + """

                local removed = 0
                for _, part in ipairs(parts(KEYS[1])) do removed = removed + redis.call('UNLINK', part) end
                return removed + redis.call('UNLINK', KEYS[1])
                """
        case .create:
            // KEYS: manifest, shards. ARGV: the id to replace ("" for none), then the manifest's fields and values.
            // Answers with the manifest that is stored in the end.
            """
            local id = redis.call('HGET', KEYS[1], 'id')
            if not id or id == ARGV[1] then
              if id then redis.call('UNLINK', KEYS[1], KEYS[2]) end
              redis.call('HSET', KEYS[1], unpack(ARGV, 2))
            end
            return redis.call('HGETALL', KEYS[1])
            """
        case .mark:
            // KEYS: the manifest's copy on another server than the first. ARGV: its fields and values.
            // What is there is left if it is the same run's, or that of other servers. Answers with what is stored in
            // the end.
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
            // KEYS: manifest, shards. ARGV: the id of the run ("" for none). Answers with the keys removed: none if
            // another run has taken the name.
            """
            if (redis.call('HGET', KEYS[1], 'id') or '') ~= ARGV[1] then return 0 end
            return redis.call('UNLINK', KEYS[1], KEYS[2])
            """
        case .claim:
            // KEYS: shards. ARGV: generation field, proposed generation. Answers with the generation to write with.
            """
            local stored = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '')
            local generation = tonumber(ARGV[2])
            if stored and stored >= generation then generation = math.min(stored + 1, 2 ^ 53) end
            local text = string.format('%.0f', generation)
            redis.call('HSET', KEYS[1], ARGV[1], text)
            return text
            """
        case .report:
            // KEYS: shards. ARGV: generation field, generation, progress field, progress, field of the time.
            """
            local stored = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '')
            if stored and stored > tonumber(ARGV[2]) then return 'superseded' end
            local now = redis.call('TIME')
            local milliseconds = now[1] .. string.format('%03d', math.floor(now[2] / 1000))
            redis.call('HSET', KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], milliseconds)
            return 'done'
            """
        case .publish:
            // KEYS: the shard's documents. ARGV: generation, then a chunk's field and value, if any.
            """
            local stored = tonumber(redis.call('HGET', KEYS[1], '\(KeySchema.publisher)') or '')
            if stored and stored > tonumber(ARGV[1]) then return 'superseded' end
            redis.call('HSET', KEYS[1], '\(KeySchema.publisher)', unpack(ARGV))
            return 'done'
            """
        case .withdraw:
            // KEYS: the shard's documents. ARGV: generation.
            """
            local stored = tonumber(redis.call('HGET', KEYS[1], '\(KeySchema.publisher)') or '')
            if stored and stored > tonumber(ARGV[1]) then return 'superseded' end
            redis.call('UNLINK', KEYS[1])
            redis.call('HSET', KEYS[1], '\(KeySchema.publisher)', ARGV[1])
            return 'done'
            """
        }
    }

    /// The command of this script that the user may not use, if that is what the server says; Redis 7.0 names only
    /// the line.
    func command(deniedBy error: ServerError) -> String? {
        guard error.isDenialInScript,
            let line = error.message.firstMatch(of: /@user_script:\s*(\d+)/).flatMap({ Int($0.1) }),
            let text = source.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(line - 1).first
        else { return nil }
        return text.firstMatch(of: /redis\.call\('(\w+)'/).map { String($0.1) }
    }

    /// A version, an identity or a tag as it is stored; "" if it is none that a process would have written.
    /// (`BlockVersion` and `ContributionTag` read what is stored in the same way: what differed would be refused for
    /// ever.)
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

    /// The keys beside a block: its total, and what each shard that has a tag has put there or is about to.
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
