/// A kind of file that is not read as documents: compressed files and archives, tables and arrays of other programs,
/// documents with a layout, media and programs. Raw values are what an error calls the file.
package enum ForeignFormat: String, CaseIterable, Sendable {
    // Compression and archives
    case bzip2 = "a bzip2 file"
    case xz = "an xz file"
    case lzma = "an LZMA file"
    case lz4 = "an LZ4 file"
    case lzip = "an lzip file"
    case compress = "a file of compress (.Z)"
    case brotli = "a Brotli file"
    case snappy = "a Snappy file"
    case gzipTwice = "a file that was compressed twice"
    case zip = "a zip archive"
    case sevenZip = "a 7z archive"
    case rar = "a RAR archive"
    case tar = "a tar archive"

    // Tables, arrays and objects of other programs
    case parquet = "a Parquet file"
    case arrow = "an Arrow or Feather file"
    case avro = "an Avro file"
    case orc = "an ORC file"
    case hdf5 = "an HDF5 file (.h5, .h5ad, .loom)"
    case netCDF = "a netCDF file"
    case numpy = "a numpy array"
    case rData = "a file of R objects (.rds, .RData)"
    case pickle = "a Python pickle"
    case java = "a file of Java objects, such as MALLET's binary instances"
    case sqlite = "an SQLite database"
    case matlab = "a MATLAB file"
    case stata = "a Stata file"
    case spss = "an SPSS file"
    case sas = "a SAS file"

    // Documents
    case pdf = "a PDF document"
    case postScript = "a PostScript document"
    case officeXML = "an Office document (.docx, .xlsx, .pptx)"
    case openDocument = "an OpenDocument file or EPUB book"
    case oldOffice = "an old Office document (.doc, .xls, .ppt)"
    case rtf = "an RTF document"
    case html = "an HTML page"
    case xml = "an XML document"
    case jsonArray = "one JSON array, not JSON Lines"
    case jsonObject = "one JSON object on several lines, not JSON Lines"

    // Media and programs
    case image = "an image"
    case audio = "an audio file"
    case video = "a video"
    case program = "a program or library"
    case finderFolder = "a .DS_Store file of macOS"

    /// What the user can do with such a file, as the continuation of a sentence.
    package func advice(_ file: String) -> String {
        switch self {
        case .bzip2: "decompress it, for example: bunzip2 -c \(file) | dist-lda-shard --document=- ..."
        case .xz, .lzma: "decompress it, for example: xz -dc \(file) | dist-lda-shard --document=- ..."
        case .lz4: "decompress it, for example: lz4 -dc \(file) | dist-lda-shard --document=- ..."
        case .lzip: "decompress it, for example: lzip -dc \(file) | dist-lda-shard --document=- ..."
        case .compress: "decompress it, for example: zcat \(file) | dist-lda-shard --document=- ..."
        case .brotli: "decompress it, for example: brotli -dc \(file) | dist-lda-shard --document=- ..."
        case .snappy: "decompress it, and name the decompressed file"
        case .gzipTwice: "decompress it once, for example with zcat or zstdcat, and name the result"
        case .zip: "unpack it with unzip, and name the files in it"
        case .sevenZip: "unpack it with 7z x, and name the files in it"
        case .rar: "unpack it with unrar x, and name the files in it"
        case .tar: "unpack it with tar -xf, and name the files in it"
        case .parquet, .arrow, .avro, .orc, .sqlite, .matlab, .stata, .spss, .sas:
            "write its text to a CSV or JSON Lines file with the program that reads it"
        case .hdf5, .netCDF, .numpy, .rData:
            "write its counts as a Matrix Market file (scipy.io.mmwrite in Python, Matrix::writeMM in R), or its "
                + "text as a CSV file"
        case .pickle: "load it in Python, and write its documents as text or JSON Lines"
        case .java: "write it with the program that made it as text, one document per line"
        case .pdf, .postScript: "extract its text, for example with pdftotext"
        case .officeXML, .openDocument, .oldOffice, .rtf:
            "save it as plain text, or a table as CSV in UTF-8"
        case .html, .xml: "extract its text, one document per line or file"
        case .jsonArray: "write one object per line, for example with jq -c '.[]' \(file)"
        case .jsonObject: "write each object on one line, for example with jq -c . \(file)"
        case .image, .audio, .video, .program, .finderFolder: "name files of text"
        }
    }

    /// Returns the format that a name says, if files in it have the signature of this format: many are zip archives.
    func refined(by named: ForeignFormat?) -> ForeignFormat {
        let archives: [ForeignFormat?] = [.officeXML, .openDocument, .numpy]
        return self == .zip && archives.contains(named) ? named ?? self : self
    }

    /// Returns the kind of files that have this name ending, which is in lower case; nil if the ending says nothing.
    static func named(_ ending: Substring) -> ForeignFormat? {
        switch ending {
        case "bz2", "tbz", "tbz2": .bzip2
        case "xz", "txz": .xz
        case "lzma": .lzma
        case "lz4": .lz4
        case "lz": .lzip
        case "br": .brotli
        case "snappy", "sz": .snappy
        case "zip": .zip
        case "7z": .sevenZip
        case "rar": .rar
        case "tar", "tgz", "tzst": .tar
        case "parquet": .parquet
        case "arrow", "feather": .arrow
        case "avro": .avro
        case "orc": .orc
        case "h5", "hdf5", "h5ad", "loom": .hdf5
        case "nc": .netCDF
        case "npy", "npz": .numpy
        case "rds", "rdata", "rda": .rData
        case "pkl", "pickle": .pickle
        case "sqlite", "sqlite3": .sqlite
        case "mat": .matlab
        case "dta": .stata
        case "sav": .spss
        case "sas7bdat": .sas
        case "pdf": .pdf
        case "ps", "eps": .postScript
        case "docx", "docm", "xlsx", "xlsm", "pptx": .officeXML
        case "odt", "ods", "odp", "epub": .openDocument
        case "doc", "xls", "ppt": .oldOffice
        case "rtf": .rtf
        case "html", "htm", "xhtml": .html
        case "xml", "svg": .xml
        case "png", "jpg", "jpeg", "gif", "tif", "tiff", "webp", "bmp": .image
        case "mp3", "wav", "ogg", "flac": .audio
        case "mp4", "avi", "mov", "mkv": .video
        case "exe", "dll": .program
        default: nil
        }
    }
}
