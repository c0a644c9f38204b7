using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace NetProfile.Plugin.BugReports;

/// <summary>A tar.gz that is written file by file, up to a size.</summary>
internal sealed class ReportArchive : IAsyncDisposable
{
    /// <summary>Before compression. Enough for a thousand nodes' objects and twenty agents' logs.</summary>
    public const long Limit = 200L << 20;

    private readonly GZipStream zip;
    private readonly TarWriter tar;
    private readonly string root;
    private readonly DateTimeOffset time;
    private long size;

    public ReportArchive(Stream stream, string root, DateTimeOffset time)
    {
        zip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true);
        tar = new TarWriter(zip, TarEntryFormat.Pax, leaveOpen: true);
        this.root = root;
        this.time = time;
    }

    public List<string> Troubles { get; } = [];

    public async Task AddAsync(string path, string text, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (size + bytes.Length > Limit)
        {
            Troubles.Add(string.Create(CultureInfo.InvariantCulture, $"{path}: left out, the report has reached {Limit >> 20} MiB"));
            return;
        }

        size += bytes.Length;
        using var data = new MemoryStream(bytes);
        var entry = new PaxTarEntry(TarEntryType.RegularFile, $"{root}/{path}")
        {
            DataStream = data,
            ModificationTime = time,
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await tar.WriteEntryAsync(entry, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await tar.DisposeAsync();
        await zip.DisposeAsync();
    }
}
