using System.Text;
using Microsoft.Win32.SafeHandles;
using NetProfile.Kubernetes.Client;
using NetProfile.Processes;

namespace NetProfile.Commands;

/// <summary>All that a verb touches outside of itself, so that a test can run any of them in memory.</summary>
public sealed record CommandEnvironment
{
    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    public required TextReader Input { get; init; }

    public required TimeProvider Clock { get; init; }

    public required Func<string, string?> Variable { get; init; }

    /// <summary>A client for the cluster that the options name.</summary>
    public required Func<ClientConfigurationOptions, IKubernetesClient> Connect { get; init; }

    /// <summary>Whether a person looks at <see cref="Output"/>: colours and redrawing only then.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>The terminal's width; what goes into a pipe isn't wrapped.</summary>
    public int Width { get; init; } = int.MaxValue;

    /// <summary>no-color.org: any value but the empty one.</summary>
    public bool HasColors => IsTerminal && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";

    public static CommandEnvironment OfThisProcess()
    {
        var terminal = !Console.IsOutputRedirected;
        return new CommandEnvironment
        {
            Output = WriterTo(1),
            Error = WriterTo(2),
            Input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false)),
            Clock = TimeProvider.System,
            Variable = Environment.GetEnvironmentVariable,
            Connect = Connected,
            IsTerminal = terminal,
            Width = terminal ? Math.Max(Console.WindowWidth, 80) : int.MaxValue,
        };
    }

    /// <summary>The console's own streams set the terminal up for keys as soon as one is used, with escape codes, also where the output is a pipe.</summary>
    private static StreamWriter WriterTo(int descriptor) =>
        new(new FileStream(new SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0), new UTF8Encoding(false)) { AutoFlush = true };

    /// <summary>A person waits for the answer, so a server that says nothing is given up sooner than the operator would.</summary>
    private static KubernetesClient Connected(ClientConfigurationOptions options)
    {
        var configuration = ClientConfiguration.Load(options, new ProcessRunner(TimeProvider.System), TimeProvider.System);
        return new KubernetesClient(configuration with { RequestTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);
    }
}
