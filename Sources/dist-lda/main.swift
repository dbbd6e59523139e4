import CommandLineTools

await RunTool.main(DistLDA.self)
