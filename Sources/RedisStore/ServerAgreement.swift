/// Whether the servers that `--redis` names are those that keep a run: a decision, no effect.
///
/// A server that says another place than the one it was named at is proof that they are not. One that says nothing may
/// have lost its keys, or be a stranger: then the names decide (`ServerPlace`).
enum ServerAgreement: Equatable {
    /// They are; and the run's servers are called so.
    case same(servers: String)
    /// By their names they are; one or more have lost what they knew.
    case incomplete
    /// By their names they are not; one or more do not know the run, or know one that was replaced. That may be about to
    /// change: a shard that is alive mends it within a second.
    case doubtful(number: Int, servers: String)
    /// Server `number` of those named has another place, or another run of the same name.
    case other(number: Int, ServerPlace)

    /// - Parameters:
    ///   - copies: what each server that is named knows of the run: its id and the server's place; nil if nothing.
    ///   - names: what they are called here.
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

    /// Why the run cannot be used through these servers, nil if it can.
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
