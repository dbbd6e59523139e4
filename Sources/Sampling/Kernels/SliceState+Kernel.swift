import CKernels
import Corpus

extension SliceState {
    /// Makes the tokens, documents and generator available to a kernel during the call of `body`.
    mutating func lend(to context: inout kernel_context, _ body: (inout kernel_context) -> Void) {
        let state = random.state
        context.random = state
        context.tokens = tokens
        context.documents.row_stride = documents.rowStride
        context.documents.wide = UInt32(documents.wide)
        context.documents.count_bits = documents.countBits
        let isLists = documents.form == .lists
        slice.tokenDocuments.withUnsafeBufferPointer { tokenDocuments in
            documents.listStarts.withUnsafeBufferPointer { listStarts in
                assignments.withUnsafeMutableBufferPointer { assignments in
                    documents.narrowRows.withBytes { narrowRows in
                        documents.wideRows.withBytes { wideRows in
                            documents.lists.withBytes { lists in
                                context.token_documents = tokenDocuments.baseAddress
                                context.assignments = assignments.baseAddress
                                context.documents.rows = narrowRows.bindMemory(to: UInt8.self).baseAddress
                                context.documents.wide_rows = wideRows.bindMemory(to: UInt16.self).baseAddress
                                context.documents.lists = isLists ? lists.bindMemory(to: UInt32.self).baseAddress : nil
                                context.documents.list_starts = listStarts.baseAddress
                                body(&context)
                            }
                        }
                    }
                }
            }
        }
        random = Xoshiro256(state: context.random)
    }
}
