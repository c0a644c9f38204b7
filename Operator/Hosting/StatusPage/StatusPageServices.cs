namespace NetProfile.Hosting.StatusPage;

internal static class StatusPageServices
{
    /// <summary>Needs the caches of the operator; reads them and nothing else.</summary>
    public static IServiceCollection AddStatusPage(this IServiceCollection services, StatusPageOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<PageState>();
        services.AddSingleton<PageFeed>();
        services.AddSingleton<StatusPageServer>();
        if (options.Address is not null)
        {
            services.AddHostedService(provider => provider.GetRequiredService<PageFeed>());
            services.AddHostedService(provider => provider.GetRequiredService<StatusPageServer>());
        }

        return services;
    }
}
