import Foundation
import Platform
import Synchronization

/// A proxy that simulates an unreliable network between clients on a port of the loopback interface and a server on a
/// unix socket.
///
/// It can lose replies to commands that the server has executed, stop all traffic as in a partition, limit the
/// bandwidth, close all connections, and redirect to another server. Each request takes effect within 10 ms.
package final class FaultyProxy: Sendable {
    package struct Fault: Error {}

    fileprivate struct State {
        var target: String
        var random: SeededGenerator
        /// One in so many replies is lost.
        var loss: Int?
        var isStalled = false
        /// The limit of bytes per second in each direction, for all connections together.
        var rate: Double?
        var cuts = 0
        var lost = 0
        var isOver = false
    }

    package let port: Int
    private let state: Shared

    fileprivate final class Shared: Sendable {
        let state: Mutex<State>
        init(_ state: State) { self.state = Mutex(state) }
    }

    /// The value for `--redis`.
    package var address: String { "127.0.0.1:\(port)" }

    /// - Parameter server: the address of the server, "unix:/tmp/...".
    package init(to server: String, seed: UInt64) throws {
        let listener = try Loopback.listener()
        port = try Loopback.port(of: listener)
        state = Shared(State(target: Self.path(server), random: SeededGenerator(seed: seed)))
        Thread.detachNewThread { [state] in
            var relay = Relay(listener: listener, state: state)
            relay.run()
        }
    }

    deinit { state.state.withLock { $0.isOver = true } }

    private static func path(_ address: String) -> String { String(address.dropFirst("unix:".count)) }

    /// From now on loses one in so many replies: it is read from the server, and the connection is closed instead of
    /// forwarding it.
    package func loseReplies(oneIn count: Int?) { state.state.withLock { $0.loss = count } }

    /// The number of replies lost so far.
    package var lost: Int { state.state.withLock(\.lost) }

    /// Stops all traffic in both directions without an error, until `resume`.
    package func stall() { state.state.withLock { $0.isStalled = true } }
    package func resume() { state.state.withLock { $0.isStalled = false } }

    /// Limits the bandwidth to so many bits per second; nil means no limit.
    package func limit(bitsPerSecond: Double?) { state.state.withLock { $0.rate = bitsPerSecond.map { $0 / 8 } } }

    /// Closes every connection. New connections lead to `server`.
    package func lead(to server: String) {
        state.state.withLock { state in
            state.target = Self.path(server)
            state.cuts += 1
        }
    }

    /// Closes every connection. New connections lead to the same server.
    package func cut() { state.state.withLock { $0.cuts += 1 } }
}

/// The work of the proxy's single thread, which waits until any socket can be read or written, and forwards the bytes.
private struct Relay: ~Copyable {
    /// One direction of a connection.
    private struct Flow {
        let source: Int32
        let sink: Int32
        let isReply: Bool
        /// The bytes that were read but not sent yet.
        var bytes: ArraySlice<UInt8> = []
    }

    private static let largestRead = 16384

    private let listener: Int32
    private let shared: FaultyProxy.Shared
    private var connections: [[Flow]] = []
    private var cuts = 0
    /// The number of bytes that may be read in each direction, and the time when it was computed.
    private var allowance = [0.0, 0.0]
    private var reckoned = ContinuousClock.now
    private var chunk = [UInt8](repeating: 0, count: largestRead)

    init(listener: Int32, state: FaultyProxy.Shared) {
        (self.listener, shared) = (listener, state)
    }

    mutating func run() {
        while true {
            let state = shared.state.withLock { ($0.isOver, $0.cuts, $0.isStalled, $0.rate) }
            if state.0 || state.1 != cuts { cutAll() }
            if state.0 { break }
            cuts = state.1
            allow(state.3)
            wait(isStalled: state.2)
        }
        close(listener)
    }

    private mutating func cutAll() {
        for connection in connections { end(connection) }
        connections = []
    }

    private func end(_ connection: [Flow]) {
        for flow in connection { close(flow.source) }
    }

    /// Increases the allowance for the time passed, but to no more than a tenth of a second's bytes.
    private mutating func allow(_ rate: Double?) {
        let passed = reckoned.duration(to: .now) / .seconds(1)
        reckoned = .now
        for way in 0..<2 {
            allowance[way] = rate.map { min(allowance[way] + passed * $0, max(1500, $0 / 10)) } ?? .infinity
        }
        if rate == nil { return }
        for way in 0..<2 where !allowance[way].isFinite { allowance[way] = 0 }
    }

    private mutating func wait(isStalled: Bool) {
        var waits = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
        var places: [(connection: Int, flow: Int)] = []
        if !isStalled {
            for (number, connection) in connections.enumerated() {
                for (way, flow) in connection.enumerated() {
                    let canRead = allowance[way] >= 1500
                    if flow.bytes.isEmpty, !canRead { continue }
                    waits.append(
                        flow.bytes.isEmpty
                            ? pollfd(fd: flow.source, events: Int16(POLLIN), revents: 0)
                            : pollfd(fd: flow.sink, events: Int16(POLLOUT), revents: 0))
                    places.append((number, way))
                }
            }
        }
        guard poll(&waits, nfds_t(waits.count), 10) > 0 else { return }
        var ended: Set<Int> = []
        for (place, wait) in zip(places, waits.dropFirst()) where wait.revents != 0 {
            if ended.contains(place.connection) { continue }
            if !pass(place.connection, place.flow) { ended.insert(place.connection) }
        }
        for number in ended.sorted(by: >) { end(connections.remove(at: number)) }
        if waits[0].revents != 0 { accept() }
    }

    /// Reads in one direction, or writes what was read. Returns false if the connection has ended.
    private mutating func pass(_ connection: Int, _ way: Int) -> Bool {
        var flow = connections[connection][way]
        if flow.bytes.isEmpty {
            let limit = allowance[way].isFinite ? min(Self.largestRead, Int(allowance[way])) : Self.largestRead
            let count = recv(flow.source, &chunk, limit, 0)
            if count <= 0 { return count < 0 && (errno == EAGAIN || errno == EINTR) }
            allowance[way] -= Double(count)
            if flow.isReply, isLost() { return false }
            flow.bytes = chunk[..<count]
        }
        let count = flow.bytes.withUnsafeBytes { send(flow.sink, $0.baseAddress, $0.count, Loopback.noSignal) }
        if count < 0, errno != EAGAIN, errno != EINTR { return false }
        flow.bytes = flow.bytes.dropFirst(max(0, count))
        connections[connection][way] = flow
        return true
    }

    private func isLost() -> Bool {
        shared.state.withLock { state in
            guard let loss = state.loss, Int.random(in: 0..<loss, using: &state.random) == 0 else { return false }
            state.lost += 1
            return true
        }
    }

    private mutating func accept() {
        let client = Platform.accept(listener, nil, nil)
        guard client >= 0 else { return }
        guard let server = Loopback.connection(toUnixSocket: shared.state.withLock(\.target)) else {
            close(client)
            return
        }
        for socket in [client, server] { Loopback.doNotBlock(socket) }
        connections.append([
            Flow(source: client, sink: server, isReply: false), Flow(source: server, sink: client, isReply: true),
        ])
    }
}
