import ArgumentParser

@main
struct ESPCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "esp", abstract: "Where a molecule's electrons are.")
}
