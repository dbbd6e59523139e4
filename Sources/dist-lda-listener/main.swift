import CommandLineTools

await RunTool.main(Listener.self)
