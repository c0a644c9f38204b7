using NetProfile.Operator.NodeTests.Nodes;

namespace NetProfile.Operator.NodeTests;

/// <summary>kill -9 at every change of a file: a loop over all of them.</summary>
public sealed class KillFileTests
{
    [Fact]
    public async Task Killed_at_any_change_of_a_file_the_next_run_ends_clean_with_a_complete_backup()
    {
        await using var node = await TestNode.CreateAsync();
        await KillRounds.PrepareAsync(node);
        var never = await node.DumpAsync();
        await KillRounds.AddAsync(node);
        var before = await node.DumpAsync();
        var real = node.Host;

        for (var at = 1; ; at++)
        {
            var files = new KillingFiles(real.Files, at);
            node.Host = new HostWithFiles(real, files);
            await Assert.ThrowsAsync<KilledException>(async () =>
            {
                await node.CleanAsync();
                throw new KilledException();
            });
            node.Host = real;
            await KillRounds.AssertRecoversAsync(node, never, before, $"change {at}");
            if (!files.Killed)
            {
                Assert.InRange(at, 15, 400);
                return;
            }
        }
    }
}
