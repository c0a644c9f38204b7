using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(NetProfile.Operator.BrowserTests.Browser))]

namespace NetProfile.Operator.BrowserTests;

/// <summary>One Chromium for all tests of the page: Debian's, Ubuntu's or Google's (make browser), driven by Playwright. Started by the first who needs it.</summary>
public sealed class Browser : IAsyncLifetime
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private static string? Program => new[] { Environment.GetEnvironmentVariable("NETPROFILE_BROWSER") }
        .Concat(from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':') from name in new[] { "chromium", "chromium-browser", "google-chrome" } select Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A new profile of the browser, without cookies or cache; everything that went wrong in it is written down.</summary>
    internal async Task<BrowserPage> OpenAsync(Uri address, BrowserNewContextOptions? options = null, DateTime? now = null)
    {
        Assert.SkipUnless(Program is not null, "there is no Chromium: make browser");
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            // Root has no sandbox; nothing but our own page is opened.
            _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = ["--no-sandbox", "--disable-dev-shm-usage"] });
        }
        finally
        {
            _gate.Release();
        }

        var context = await _browser.NewContextAsync(options ?? new BrowserNewContextOptions());
        if (now is { } time)
        {
            await context.Clock.SetFixedTimeAsync(time);
        }

        return await BrowserPage.OpenAsync(context, address);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _gate.Dispose();
    }
}

internal sealed class BrowserPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    private BrowserPage(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    public IPage Page { get; }

    /// <summary>Errors of scripts, of the content security policy, and what was asked for elsewhere.</summary>
    public List<string> Trouble { get; } = [];

    public static async Task<BrowserPage> OpenAsync(IBrowserContext context, Uri address)
    {
        var opened = new BrowserPage(context, await context.NewPageAsync());
        opened.Page.SetDefaultTimeout(30_000);
        opened.Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                opened.Trouble.Add($"console {message.Type}: {message.Text}");
            }
        };
        opened.Page.PageError += (_, error) => opened.Trouble.Add($"error: {error}");
        opened.Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address.ToString(), StringComparison.Ordinal))
            {
                opened.Trouble.Add($"request to {request.Url}");
            }
        };
        await opened.Page.GotoAsync(address.ToString());
        return opened;
    }

    public ILocator Node(string name) => Page.Locator($"#node-{name}");

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
