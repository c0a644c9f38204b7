using System.Globalization;
using Microsoft.Playwright;
using NetProfile.Operator.Scenarios.StatusPage;
using static Microsoft.Playwright.Assertions;

namespace NetProfile.Operator.BrowserTests;

/// <summary>The page in a real browser.</summary>
public sealed class StatusPageTests(Browser browser)
{
    [Fact]
    public async Task It_shows_the_nodes_the_plan_the_conditions_the_features_and_the_history()
    {
        await using var cluster = await PageCluster.StartAsync(3);
        cluster.AddProfile(PageStatus.Migrating(3, 1));
        cluster.Migrate(1, "Done");
        cluster.Migrate(2, "Drained", "evicting 4 pods");
        cluster.Migrate(3, "Failed", "a PodDisruptionBudget allows no eviction of default/web-0");
        await using var opened = await browser.OpenAsync(cluster.Address);
        var page = opened.Page;

        await Expect(page).ToHaveTitleAsync("Migrating · cluster · NetworkProfile");
        await Expect(page.Locator("#connection")).ToHaveTextAsync("live");
        await Expect(page.Locator("#summary")).ToContainTextAsync("2 of 3 nodes are still to be moved to Cilium");
        await Expect(opened.Node("node2")).ToHaveAttributeAsync("aria-label", "node2: Drained");
        await Expect(opened.Node("node2")).ToHaveAttributeAsync("data-tone", "Working");
        await Expect(opened.Node("node3")).ToHaveAttributeAsync("data-tone", "Failed");
        await opened.Node("node3").ClickAsync();
        await Expect(page.Locator("#node")).ToContainTextAsync("a PodDisruptionBudget allows no eviction of default/web-0");

        await Expect(page.Locator("#plan .step")).ToHaveCountAsync(4);
        await Expect(page.Locator("#plan .step").Nth(1)).ToContainTextAsync("Install cilium");
        await Expect(page.Locator("#plan .step").Nth(1)).ToContainTextAsync("1 min 26 s");
        await Expect(page.Locator("#plan .step").Nth(2)).ToHaveAttributeAsync("data-state", "Running");
        await Expect(page.Locator("#plan .step").Nth(3)).ToContainTextAsync("about 30 s");
        await Expect(page.Locator("#conditions .condition")).ToHaveCountAsync(5);
        await Expect(page.Locator("#features tr").Nth(1)).ToContainTextAsync("2/3");
        await Expect(page.Locator("#history tr")).ToHaveCountAsync(2);
        Assert.Empty(opened.Trouble);
    }

    [Fact]
    public async Task A_change_is_shown_without_a_reload_and_what_was_selected_stays_so()
    {
        await using var cluster = await PageCluster.StartAsync(3);
        cluster.AddProfile(PageStatus.Migrating(3, 1));
        cluster.Migrate(2, "Cordoned");
        await using var opened = await browser.OpenAsync(cluster.Address);
        await opened.Node("node2").ClickAsync();
        await Expect(opened.Page.Locator("#node")).ToContainTextAsync("Cordoned");

        cluster.Migrate(2, "Switched");
        await Expect(opened.Node("node2")).ToContainTextAsync("Switched");
        await Expect(opened.Page.Locator("#node")).ToContainTextAsync("Switched");
        await Expect(opened.Node("node2")).ToHaveAttributeAsync("aria-selected", "true");

        cluster.ChangeStatus(status => status["phase"] = "Ready");
        await Expect(opened.Page.Locator("#announcement")).ToHaveTextAsync("cluster is Ready, 1/3 nodes ready");
        cluster.Store.Delete("nodes", null, "node3");
        await Expect(opened.Page.Locator(".tile")).ToHaveCountAsync(2);
        Assert.Empty(opened.Trouble);
    }

    [Fact]
    public async Task A_thousand_nodes_fit_and_are_walked_through_by_keyboard_filtered_and_found()
    {
        await using var cluster = await PageCluster.StartAsync(1000);
        cluster.AddProfile(PageStatus.Migrating(1000, 996));
        cluster.Migrate(500, "Failed", "the drain took too long");
        cluster.Migrate(7, "Drained");
        await using var opened = await browser.OpenAsync(cluster.Address, new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1360, Height = 900 } });
        var page = opened.Page;
        await Expect(page.Locator(".tile")).ToHaveCountAsync(1000);
        await Expect(opened.Node("node500")).ToHaveAttributeAsync("data-tone", "Failed");
        var grid = await page.Locator("#nodes").BoundingBoxAsync();
        Assert.True(grid!.Height < 700, string.Create(CultureInfo.InvariantCulture, $"1,000 nodes take {grid.Height} px"));

        // One stop of Tab, then the arrows.
        await page.Locator("#nodes").FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator("#nodes")).ToHaveAttributeAsync("aria-activedescendant", "node-node2");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(page.Locator("#nodes")).ToHaveAttributeAsync("aria-activedescendant", "node-node2");
        await page.Keyboard.PressAsync("End");
        await Expect(page.Locator("#node")).ToContainTextAsync("node1000");

        await page.Locator(".chip[data-tone=Failed]").ClickAsync();
        await Expect(page.Locator(".tile:visible")).ToHaveCountAsync(1);
        await page.Locator(".chip[data-tone=Failed]").ClickAsync();
        await page.Locator("#nodes-search").FillAsync("node50");
        await Expect(page.Locator(".tile:visible")).ToHaveCountAsync(11);
        Assert.Empty(opened.Trouble);
    }

    [Fact]
    public async Task What_the_cluster_says_is_text_and_never_markup()
    {
        await using var cluster = await PageCluster.StartAsync(1);
        var status = PageStatus.Migrating(1, 0);
        const string Hostile = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>";
        status["conditions"]![0]!["message"] = Hostile;
        status["plan"]!["steps"]![0]!["because"] = Hostile;
        cluster.AddProfile(status);
        cluster.Migrate(1, "Failed", Hostile);
        await using var opened = await browser.OpenAsync(cluster.Address);
        await opened.Node("node1").ClickAsync();

        await Expect(opened.Page.Locator("#summary")).ToContainTextAsync(Hostile);
        await Expect(opened.Page.Locator("#node")).ToContainTextAsync(Hostile);
        await Expect(opened.Page.Locator("main img, main script")).ToHaveCountAsync(0);
        await Expect(opened.Page).ToHaveTitleAsync("Migrating · cluster · NetworkProfile");
        Assert.Empty(opened.Trouble);
    }

    [Fact]
    public async Task A_cluster_without_a_profile_says_so()
    {
        await using var cluster = await PageCluster.StartAsync(3);
        await using var opened = await browser.OpenAsync(cluster.Address);

        await Expect(opened.Page.Locator("#wanted")).ToHaveTextAsync("There is no NetworkProfile in this cluster yet.");
        await Expect(opened.Page.Locator(".tile")).ToHaveCountAsync(3);
        await Expect(opened.Page.Locator("#plan-section")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task An_operator_that_has_gone_is_told_and_the_last_state_stays()
    {
        await using var cluster = await PageCluster.StartAsync(3);
        cluster.AddProfile(PageStatus.Migrating(3, 1));
        await using var opened = await browser.OpenAsync(cluster.Address);
        await Expect(opened.Page.Locator("#connection")).ToHaveTextAsync("live");

        await cluster.StopServingAsync();

        await Expect(opened.Page.Locator("#connection")).ToContainTextAsync("no connection since");
        await Expect(opened.Page.Locator(".tile")).ToHaveCountAsync(3);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Text_has_contrast_and_controls_have_names_in_both_schemes(ColorScheme scheme)
    {
        await using var cluster = await PageCluster.StartAsync(6);
        cluster.AddProfile(PageStatus.Migrating(6, 1));
        foreach (var (state, at) in new[] { "Done", "Drained", "Failed", "Pending", "Skipped" }.Select((state, at) => (state, at)))
        {
            cluster.Migrate(at + 1, state, "why it is so");
        }

        await using var opened = await browser.OpenAsync(cluster.Address, new BrowserNewContextOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await opened.Node("node3").ClickAsync();
        await Expect(opened.Page.Locator("#plan .step")).ToHaveCountAsync(4);

        Assert.Empty(await opened.Page.EvaluateAsync<string[]>(AccessibilityChecks.LowContrast));
        Assert.Empty(await opened.Page.EvaluateAsync<string[]>(AccessibilityChecks.Structure));
        Assert.Equal(0, await opened.Page.EvaluateAsync<int>("document.getAnimations().length"));
    }
}
