namespace NetProfile.Hosting.StatusPage;

public sealed record StatusPageOptions
{
    /// <summary>host:port; null serves no page. Nobody is asked who they are: leave it on localhost, or put your own login before it.</summary>
    public string? Address { get; init; }

    /// <summary>
    /// Names that a browser may know the page by, beside localhost and loopback addresses. Any other is refused, or a page of
    /// somebody else's whose name is made to lead here could read this one (DNS rebinding).
    /// </summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];
}
