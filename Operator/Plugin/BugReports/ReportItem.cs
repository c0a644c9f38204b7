namespace NetProfile.Plugin.BugReports;

/// <summary>A file of the report and how to get its text.</summary>
internal sealed record ReportItem(string Path, Func<CancellationToken, Task<string>> Read);
