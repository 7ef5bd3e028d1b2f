import Foundation
import Report
import Testing

@Suite struct IsomerPageTests {
    private func page(picture: Data?) -> IsomerPage {
        IsomerPage(
            title: "a<b>", symbols: ["H", "C", "N"], levels: ["hf/STO-3G", "hf/3-21G"],
            charges: [
                .init(
                    charge: -1, multiplicity: 2,
                    isomers: [
                        .init(
                            bonds: "CHN (C-H, C-N)", energies: [0, nil], spinSquared: 0.7502, found: 3, isConverged: true,
                            file: "q-1/isomer-001.xyz", picture: picture),
                        .init(
                            bonds: "CHN (C-N, H-N)", energies: [0.03077, nil], spinSquared: 0.75, found: 1, isConverged: false,
                            file: "q-1/isomer-002.xyz", picture: nil),
                    ], remarks: ["4 starts: 4 led to these isomers"])
            ], ending: "2 proposals from 2 bond graphs.")
    }

    @Test func showsEveryIsomerWithItsEnergiesAndPicture() throws {
        let text = String(decoding: try page(picture: Data([1, 2, 3])).html(), as: UTF8.self)
        for part in [
            "a&lt;b&gt;", "CHN (C-H, C-N)", "CHN (C-N, H-N) (not converged)", "30.77", "0.750", "q-1/isomer-002.xyz",
            "data:image/png;base64,AQID", "4 starts: 4 led to these isomers", "2 proposals from 2 bond graphs.",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(!text.contains("<b>") && !text.contains("<script"))
        // A picture for the first isomer only.
        #expect(text.components(separatedBy: "<img ").count == 2)
    }
}
