import CommandLineTools

await RunTool.main(Shard.self)
