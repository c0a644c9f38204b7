namespace NetProfile.Hosting.StatusPage;

/// <summary>A file of the page, as it lies in Assets/.</summary>
internal sealed record PageAsset(string Path, string ContentType, byte[] Content);

internal static class PageAssets
{
    private const string Prefix = "NetProfile.Hosting.StatusPage.Assets.";

    public static IReadOnlyList<PageAsset> All { get; } =
    [
        .. typeof(PageAssets).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => Read(name[Prefix.Length..])),
    ];

    private static PageAsset Read(string file)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream(Prefix + file)!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        var type = System.IO.Path.GetExtension(file) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            var other => throw new InvalidOperationException($"{file}: what is {other}?"),
        };
        return new PageAsset(file == "index.html" ? "/" : $"/{file}", type, content.ToArray());
    }
}
