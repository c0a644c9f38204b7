using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using NetProfile.Operator.Scenarios.StatusPage;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.SimulatedCluster.Actors.Engine;
using static Microsoft.Playwright.Assertions;

namespace NetProfile.Operator.BrowserTests;

/// <summary>The pictures in docs/images (make screenshots): the operator at work on a simulated cluster, and a thousand nodes.</summary>
public sealed class Screenshots(Browser browser)
{
    private static readonly string? s_folder = Environment.GetEnvironmentVariable("NETPROFILE_SCREENSHOTS");

    [Fact]
    public async Task A_migration_from_Flannel_light_and_dark()
    {
        Assert.SkipUnless(s_folder is not null, "NETPROFILE_SCREENSHOTS names no folder for pictures: make screenshots");
        await using var cluster = await ScenarioCluster.StartAsync(change: builder => builder.WithNodes(6, controlPlanes: 3).WithFlannel().WithCoreDns().WithTimings(new ActorTimings().Scaled(0.5)));
        await using var agents = NodeAgents.Start(cluster);
        await using var @operator = await InProcessOperator.StartAsync(cluster, change: options => options with { StatusPage = new() { Address = "127.0.0.1:0" } });
        cluster.CreateProfile(change: spec =>
        {
            spec["routing"] = new JsonObject { ["mode"] = "Native", ["autoDirectNodeRoutes"] = true };
            spec["kubeProxyReplacement"] = new JsonObject { ["enabled"] = true };
            spec["masquerading"] = new JsonObject { ["mode"] = "BPF" };
        });
        await using var light = await OpenAsync(@operator.StatusPage!, ColorScheme.Light);
        await using var dark = await OpenAsync(@operator.StatusPage!, ColorScheme.Dark);
        cluster.Approve(await cluster.ConditionAsync("PlanApproved", "False", "AwaitingApproval"));

        // While nodes are being cleaned; both wait for it, so they show the same moment.
        await Task.WhenAll(TakeWhileCleaningAsync(light, "status-page-light.png"), TakeWhileCleaningAsync(dark, "status-page-dark.png"));
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task A_thousand_nodes(ColorScheme scheme)
    {
        Assert.SkipUnless(s_folder is not null, "NETPROFILE_SCREENSHOTS names no folder for pictures: make screenshots");
        await using var cluster = await PageCluster.StartAsync(1000);
        cluster.AddProfile(PageStatus.Migrating(1000, 612));
        for (var node = 1; node <= 1000; node++)
        {
            cluster.AddAgent(node);
            cluster.Migrate(node, StateOf(node), node == 377 ? "a PodDisruptionBudget allows no eviction of default/web-0" : null);
        }

        // The status is of 1 March; so is the browser.
        await using var opened = await OpenAsync(cluster.Address, scheme, new DateTime(2026, 3, 1, 10, 4, 10, DateTimeKind.Utc));
        await Expect(opened.Page.Locator(".tile")).ToHaveCountAsync(1000);
        await opened.Node("node377").ClickAsync();
        await TakeAsync(opened, string.Create(CultureInfo.InvariantCulture, $"status-page-1000-{(scheme == ColorScheme.Dark ? "dark" : "light")}.png"));
    }

    private static async Task TakeWhileCleaningAsync(BrowserPage opened, string file)
    {
        await opened.Page.Locator(".step[data-state=Running]", new PageLocatorOptions { HasText = "Clean nodes" }).WaitForAsync(new LocatorWaitForOptions { Timeout = 120_000 });
        await opened.Page.Locator(".tile[data-tone=Working]").First.WaitForAsync(new LocatorWaitForOptions { Timeout = 120_000 });
        await TakeAsync(opened, file);
    }

    private static string StateOf(int node) => node switch
    {
        377 => "Failed",
        104 or 590 => "Skipped",
        <= 612 => "Done",
        <= 620 => "Verified",
        <= 628 => "Switched",
        <= 640 => "Drained",
        _ => "Pending",
    };

    private Task<BrowserPage> OpenAsync(Uri address, ColorScheme scheme, DateTime? now = null) => browser.OpenAsync(address, new BrowserNewContextOptions
    {
        ColorScheme = scheme,
        ReducedMotion = ReducedMotion.Reduce,
        ViewportSize = new ViewportSize { Width = 1280, Height = 800 },
        Locale = "en-GB",
        TimezoneId = "UTC",
    }, now);

    private static async Task TakeAsync(BrowserPage opened, string file)
    {
        await Expect(opened.Page.Locator("#connection")).ToHaveTextAsync("live");
        await Expect(opened.Page.Locator("#summary")).ToBeVisibleAsync();
        await opened.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(s_folder!, file), FullPage = true });
        Assert.Empty(opened.Trouble);
    }
}
