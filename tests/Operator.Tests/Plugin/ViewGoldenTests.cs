using NetProfile.Commands;
using NetProfile.Operator.Tests.Support;
using NetProfile.Plugin.Views;
using Xunit;

namespace NetProfile.Operator.Tests.Plugin;

/// <summary>What the plugin prints, from object to text.</summary>
public class ViewGoldenTests
{
    public static TheoryData<string> Cases => PluginCases.All;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Views_of_a_profile_are_as_agreed(string name)
    {
        var profile = PluginCases.Profile(name);
        var pages = new[]
        {
            ("status", Screen.Text(StatusView.Render(profile, PluginCases.Now))),
            ("plan", Screen.Text(PlanView.Render(profile, PluginCases.Now))),
            ("preflight", Screen.Text(PreflightView.Render(profile))),
            ("history", Screen.Text(HistoryView.Render(profile, PluginCases.Now))),
        };
        GoldenFile.Check(Repository.Golden("Plugin", $"{name}.txt"), string.Concat(pages.Select(page => $"$ kubectl netprofile {page.Item1}\n{page.Item2}\n")));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Text_for_a_pipe_has_no_escape_codes_and_no_spaces_at_line_ends(string name)
    {
        var text = Screen.Text(StatusView.Render(PluginCases.Profile(name), PluginCases.Now));
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain(" \n", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Text_for_a_terminal_is_coloured_and_fits_its_width(string name)
    {
        var text = Screen.Text(StatusView.Render(PluginCases.Profile(name), PluginCases.Now), width: 100, colors: true);
        Assert.Contains('\u001b', text);
        var plain = System.Text.RegularExpressions.Regex.Replace(text, "\u001b\\[[0-9;]*m", "");
        Assert.All(plain.Split('\n'), line => Assert.True(line.Length <= 100, line));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Cases_obey_the_rules_of_kstatus(string name)
    {
        var profile = PluginCases.Profile(name);
        if (profile.Status is { } status && name is not ("outdated" or "unseen"))
        {
            Assert.Empty(KstatusRules.Check(status, profile.Metadata.Generation!.Value));
        }
    }
}
