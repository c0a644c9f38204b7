using NetProfile.Commands;

using var interruption = new Interruption();
return await CommandLine.RunAsync(args, CommandEnvironment.OfThisProcess(), interruption.Token);
