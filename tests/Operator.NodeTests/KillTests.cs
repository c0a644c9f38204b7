using NetProfile.NodeAgent.Host;
using NetProfile.Operator.NodeTests.Nodes;

namespace NetProfile.Operator.NodeTests;

/// <summary>kill -9 at every external command: a loop over all of them.</summary>
public sealed class KillTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_any_external_command_the_next_run_ends_clean_with_a_complete_backup(bool halfway)
    {
        await using var node = await TestNode.CreateAsync();
        await KillRounds.PrepareAsync(node);
        var never = await node.DumpAsync();
        await KillRounds.AddAsync(node);
        var before = await node.DumpAsync();

        var commands = 0;
        for (var at = 1; ; at++)
        {
            var runner = new KillingRunner(node.Tools, at, halfway);
            node.Host = new HostFacade(runner, node.Root);
            await Assert.ThrowsAsync<KilledException>(async () =>
            {
                await node.CleanAsync();
                throw new KilledException();
            });
            node.Host = new HostFacade(node.Tools, node.Root);
            await KillRounds.AssertRecoversAsync(node, never, before, $"command {at}");
            if (!runner.Killed)
            {
                commands = at;
                break;
            }
        }

        Assert.InRange(commands, halfway ? 3 : 30, 400);
    }
}
