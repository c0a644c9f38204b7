using NetProfile.Demo;
using Spectre.Console;

// --keep leaves everything running; --nodes N; --speed X makes kubelets and agents X times as fast as on a real cluster.
// A pipe gets plain text, and lines as long as they are.
if (Console.IsOutputRedirected)
{
    AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
    AnsiConsole.Profile.Width = 240;
}

var options = DemoOptions.Parse(args);
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stop.Cancel();
});
return await new DemoRun(options).RunAsync(stop.Token);
