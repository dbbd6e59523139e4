import CKernels
import Corpus

extension SliceState {
    /// Makes the tokens, documents and generator available to a kernel during the call of `body`.
    mutating func lend(to core: inout kernel_core, _ body: (inout kernel_core) -> Void) {
        let state = random.state
        core.random = state
        core.tokens = tokens
        core.documents.row_stride = documents.rowStride
        core.documents.wide = UInt32(documents.wide)
        core.documents.count_bits = documents.countBits
        let isLists = documents.form == .lists
        slice.tokenDocuments.withUnsafeBufferPointer { tokenDocuments in
            documents.listStarts.withUnsafeBufferPointer { listStarts in
                assignments.withUnsafeMutableBufferPointer { assignments in
                    documents.narrowRows.withBytes { narrowRows in
                        documents.wideRows.withBytes { wideRows in
                            documents.lists.withBytes { lists in
                                core.token_documents = tokenDocuments.baseAddress
                                core.assignments = assignments.baseAddress
                                core.documents.rows = narrowRows.bindMemory(to: UInt8.self).baseAddress
                                core.documents.wide_rows = wideRows.bindMemory(to: UInt16.self).baseAddress
                                core.documents.lists = isLists ? lists.bindMemory(to: UInt32.self).baseAddress : nil
                                core.documents.list_starts = listStarts.baseAddress
                                body(&core)
                            }
                        }
                    }
                }
            }
        }
        random = Xoshiro256(state: core.random)
    }
}
