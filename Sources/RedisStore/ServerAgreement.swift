/// Decides whether the servers given by `--redis` are those that keep a run. It has no side effects.
///
/// A server that records another place than its place in `--redis` proves that they are not. A server that records
/// nothing may have lost its keys, or may not belong to the run; in that case the names are compared (`ServerPlace`).
enum ServerAgreement: Equatable {
    /// These are the run's servers. `servers` are their names as recorded in the run.
    case same(servers: String)
    /// The names match, but one or more servers have lost their record of the run; or no server has a record.
    case incomplete
    /// The names do not match, and one or more servers have no record of the run, or one of a run that was replaced.
    /// This can be temporary: a living shard restores the record within a second.
    case doubtful(number: Int, servers: String)
    /// Server `number` of those given has another place, or keeps another run of the same name.
    case other(number: Int, ServerPlace)

    /// Compares the records of the servers.
    ///
    /// - Parameters:
    ///   - copies: each server's record of the run: the run's id and the server's place; nil if there is none.
    ///   - names: the names of the servers as given here.
    static func judge(_ copies: [(id: String, place: ServerPlace)?], names: String) -> ServerAgreement {
        for (index, copy) in copies.enumerated() {
            guard let place = copy?.place else { continue }
            if place.number != index + 1 || place.count != copies.count { return .other(number: index + 1, place) }
        }
        let known = copies.compactMap(\.self)
        guard let first = known.first else { return .incomplete }
        if known.count == copies.count, known.allSatisfy({ $0.id == first.id }) {
            return .same(servers: first.place.servers)
        }
        let home = copies[0] ?? first
        if known.allSatisfy({ $0.place.servers == names }) { return .incomplete }
        let odd = copies.firstIndex { $0?.id != home.id } ?? 0
        return .doubtful(number: odd + 1, servers: home.place.servers)
    }

    /// Returns why the run cannot be used with these servers; nil if it can.
    func refusal(run: String, names: String, servers: RedisServers) -> String? {
        let advice = "give every process of a run the same servers in the same order, or name another run with --run"
        switch self {
        case .same, .incomplete: return nil
        case .doubtful(let number, let keepers):
            return "run \(run) is kept by \(keepers), but --redis names \(names), of which number \(number) "
                + "(\(servers.addresses[number - 1])) does not know that run: \(advice)"
        case .other(let number, let place):
            return "run \(run) is kept by \(place.servers), where Redis at \(servers.addresses[number - 1]) is number "
                + "\(place.number) of \(place.count), but --redis names \(names), where it is number \(number) of "
                + "\(servers.count): \(advice)"
        }
    }
}
